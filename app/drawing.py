"""A diagram as an SVG picture, drawn by the server from its own layout (BPMN DI).

The picture needs no JavaScript and prints. It marks the steps that are open and those that are
done; it is never the only way to know where a case is, so it is one image with a sentence for a
name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup, escape

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"

LINE = 15  # px between lines of text
CHARACTER = 6.2  # px, an average at 12 px
MARGIN = 12
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@dataclass(frozen=True)
class Box:
    """A shape's bounds on the drawing, in px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


def draw(
    xml: bytes, name: str, *, open_steps: Collection[str] = (), done: Collection[str] = ()
) -> Markup:
    """Return the diagram as inline SVG. `name` is what a screen reader says of it."""
    root = etree.fromstring(xml, PARSER)
    elements = {str(each.get("id")): each for each in root.iter() if each.get("id")}
    shapes = list(root.iter(f"{DI}BPMNShape"))
    boxes = [_box(shape) for shape in shapes]
    if not boxes:
        return Markup("")
    parts: list[str] = []
    arrow = f"arrow-{root.get('id')}"  # several diagrams may stand on one page
    for shape, box in zip(shapes, boxes, strict=True):
        element = elements.get(shape.get("bpmnElement", ""))
        if element is not None:
            key = element.get("id")
            state = "open" if key in open_steps else "done" if key in done else "plain"
            label = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
            parts.append(_shape(element, box, state, _box_of(label) if label is not None else None))
    for edge in root.iter(f"{DI}BPMNEdge"):
        parts.extend(_edge(edge, elements, arrow))
    left, top = min(box.x for box in boxes) - MARGIN, min(box.y for box in boxes) - MARGIN
    width = max(box.x + box.width for box in boxes) + MARGIN - left
    height = max(box.y + box.height for box in boxes) + MARGIN - top
    return Markup(
        f'<svg class="app-diagram" role="img" aria-label="{escape(name)}" '
        f'viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'xmlns="http://www.w3.org/2000/svg"><defs><marker id="{escape(arrow)}" '
        'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 10 5 0 10z"/>'
        f"</marker></defs>{''.join(parts)}</svg>"
    )


def _box(shape: etree._Element) -> Box:
    bounds = shape.find(f"{DC}Bounds")
    return Box(0, 0, 0, 0) if bounds is None else _box_of(bounds)


def _box_of(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(side, "0")) for side in ("x", "y", "width", "height")))


def _shape(element: etree._Element, box: Box, state: str, label: Box | None) -> str:
    kind = etree.QName(element).localname
    drawer = _DRAWERS.get(kind, _activity)
    body = drawer(element, box, label)
    return f'<g class="app-diagram__{_CLASSES.get(kind, "task")} app-diagram--{state}">{body}</g>'


def _lane(element: etree._Element, box: Box, _label: Box | None) -> str:
    x, y = box.x + 15, box.centre[1]
    name = escape(element.get("name", ""))
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"/>'
        f'<text transform="translate({x:g} {y:g}) rotate(-90)" text-anchor="middle" '
        f'dominant-baseline="middle">{name}</text>'
    )


def _activity(element: etree._Element, box: Box, _label: Box | None) -> str:
    rect = (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"/>'
    )
    return rect + _text(element.get("name", ""), *box.centre, width=box.width - 10)


def _event(element: etree._Element, box: Box, label: Box | None) -> str:
    x, y = box.centre
    radius = box.width / 2
    circle = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
    kind = etree.QName(element).localname
    if kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        circle += f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 3:g}"/>'
    if element.find(f"{BPMN}timerEventDefinition") is not None:
        circle += f'<path class="app-diagram__hands" d="M{x:g} {y - 8:g}V{y:g}H{x + 6:g}"/>'
    if element.find(f"{BPMN}escalationEventDefinition") is not None:
        circle += f'<path class="app-diagram__flag" d="M{x:g} {y - 8:g}l6 14-6-6-6 6z"/>'
    return circle + _label(element, box, label)


def _gateway(element: etree._Element, box: Box, label: Box | None) -> str:
    x, y = box.centre
    diamond = (
        f'<path d="M{x:g} {box.y:g}L{box.x + box.width:g} {y:g}L{x:g} {box.y + box.height:g}'
        f'L{box.x:g} {y:g}z"/>'
    )
    marks = {
        "parallelGateway": f"M{x:g} {y - 10:g}v20M{x - 10:g} {y:g}h20",
        "inclusiveGateway": f"M{x - 9:g} {y:g}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0",
    }
    mark = marks.get(etree.QName(element).localname, f"M{x - 7:g} {y - 7:g}l14 14m0-14l-14 14")
    return f'{diamond}<path class="app-diagram__hands" d="{mark}"/>' + _label(element, box, label)


def _annotation(element: etree._Element, box: Box, _label: Box | None) -> str:
    bracket = f'<path d="M{box.x + 8:g} {box.y:g}H{box.x:g}V{box.y + box.height:g}H{box.x + 8:g}"/>'
    text = element.findtext(f"{BPMN}text") or ""
    return bracket + _text(text, *box.centre, width=box.width - 8)


def _label(element: etree._Element, box: Box, label: Box | None) -> str:
    name = element.get("name", "")
    if not name:
        return ""
    if label is not None:
        return _text(name, *label.centre, width=max(label.width, 60))
    return _text(name, box.centre[0], box.y + box.height + LINE, width=100)


def _edge(edge: etree._Element, elements: dict[str, etree._Element], arrow: str) -> Iterator[str]:
    points = [(float(p.get("x", "0")), float(p.get("y", "0"))) for p in edge.iter(f"{DD}waypoint")]
    element = elements.get(edge.get("bpmnElement", ""))
    if len(points) < 2 or element is None:
        return
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    is_flow = etree.QName(element).localname == "sequenceFlow"
    marker = f' marker-end="url(#{escape(arrow)})"' if is_flow else ' stroke-dasharray="3 3"'
    yield f'<polyline class="app-diagram__flow" points="{path}"{marker}/>'
    name, label = element.get("name"), edge.find(f"{DI}BPMNLabel/{DC}Bounds")
    if name and label is not None:
        box = _box_of(label)
        yield (
            '<g class="app-diagram__answer">'
            + _text(name, *box.centre, width=max(box.width, 60))
            + "</g>"
        )


def _text(text: str, x: float, y: float, *, width: float) -> str:
    lines = _wrap(text, max(int(width / CHARACTER), 6))
    first = y - (len(lines) - 1) * LINE / 2
    spans = "".join(
        f'<tspan x="{x:g}" y="{first + n * LINE:g}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return f'<text text-anchor="middle" dominant-baseline="middle">{spans}</text>'


def _wrap(text: str, most: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


_Drawer = Callable[[etree._Element, Box, Box | None], str]
_DRAWERS: dict[str, _Drawer] = {
    "participant": _lane,
    "lane": _lane,
    "textAnnotation": _annotation,
    **dict.fromkeys(("exclusiveGateway", "parallelGateway", "inclusiveGateway"), _gateway),
    **dict.fromkeys(
        (
            "startEvent",
            "endEvent",
            "boundaryEvent",
            "intermediateCatchEvent",
            "intermediateThrowEvent",
        ),
        _event,
    ),
}
_CLASSES = {
    "participant": "lane",
    "lane": "lane",
    "textAnnotation": "note",
    "callActivity": "stage",
    "startEvent": "event",
    "endEvent": "end",
    "boundaryEvent": "timer",
    "intermediateCatchEvent": "event",
    "intermediateThrowEvent": "event",
    "exclusiveGateway": "gateway",
    "parallelGateway": "gateway",
    "inclusiveGateway": "gateway",
}
