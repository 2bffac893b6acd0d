"""The committed diagrams can be read: everything is drawn, nothing lies on anything else, every
choice, deadline and task says in words what it is, and the deadlines drawn are those of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2] / "bpmn"
NATIONAL = "england"
DIAGRAMS = sorted(ROOT.glob("*/*.bpmn"))
PROCEDURES = sorted(each.parent.name for each in ROOT.glob("*/procedure.toml"))

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"

RULE = re.compile(r"\b(?:CF|SL|BH|IC|PR|WT)-\d\d\b")
CHOICES = ("exclusiveGateway", "inclusiveGateway")
EVENTS = "startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent"
TASKS = "userTask", "businessRuleTask", "serviceTask", "callActivity"
NODES = (*CHOICES, "parallelGateway", *EVENTS, "boundaryEvent", *TASKS)


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height

    def meets(self, other: Box) -> bool:
        grown = Box(other.x - 1, other.y - 1, other.width + 2, other.height + 2)
        return self.overlaps(grown) and not other.contains(self)

    def contains(self, other: Box) -> bool:
        across = self.x <= other.x and other.x + other.width <= self.x + self.width
        return across and self.y <= other.y and other.y + other.height <= self.y + self.height


class Drawing:
    """A diagram's elements and where they are drawn, by id."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path).getroot()

    def each(self, *names: str) -> Iterator[etree._Element]:
        yield from self.root.iter(*(BPMN + name for name in names))

    @cached_property
    def nodes(self) -> dict[str, etree._Element]:
        return {node.attrib["id"]: node for node in self.each(*NODES)}

    @cached_property
    def boxes(self) -> dict[str, Box]:
        shapes = self.root.iter(BPMNDI + "BPMNShape")
        return {s.attrib["bpmnElement"]: _box(s.find(BOUNDS)) for s in shapes}

    @cached_property
    def labels(self) -> dict[str, Box]:
        drawn = self.root.iter(BPMNDI + "BPMNShape", BPMNDI + "BPMNEdge")
        found = {d.attrib["bpmnElement"]: d.find(f"{BPMNDI}BPMNLabel/{BOUNDS}") for d in drawn}
        return {name: _box(bounds) for name, bounds in found.items() if bounds is not None}

    @cached_property
    def ways(self) -> dict[str, list[Box]]:
        """Each sequence flow's stretches from bend to bend."""
        return {
            edge.attrib["bpmnElement"]: [_stretch(a, b) for a, b in pairwise(edge.iter(WAYPOINT))]
            for edge in self.root.iter(BPMNDI + "BPMNEdge")
        }

    def host(self, node: str) -> str:
        """Return what an event stands on the border of, or nothing."""
        return str(self.nodes[node].get("attachedToRef", ""))

    def says(self, node: etree._Element) -> str:
        return node.findtext(BPMN + "documentation") or ""


def _box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def _stretch(start: etree._Element, end: etree._Element) -> Box:
    """A line as the thinnest of rectangles, one unit short of touching what it leads to."""
    (ax, ay), (bx, by) = ((float(p.attrib["x"]), float(p.attrib["y"])) for p in (start, end))
    thin = Box(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
    return Box(thin.x + 0.5, thin.y + 0.5, max(thin.width - 1, 0.1), max(thin.height - 1, 0.1))


@pytest.fixture(scope="module", params=DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return Drawing(request.param)


def test_every_element_is_drawn_and_nothing_else_is(drawing: Drawing) -> None:
    places = [each.attrib["id"] for each in drawing.each("participant", "lane", *NODES)]
    assert sorted(drawing.boxes) == sorted(places)
    assert sorted(drawing.ways) == sorted(f.attrib["id"] for f in drawing.each("sequenceFlow"))


def test_no_two_shapes_overlap(drawing: Drawing) -> None:
    overlapping = [
        (a, b)
        for a, b in combinations(drawing.nodes, 2)
        if drawing.boxes[a].overlaps(drawing.boxes[b])
        and drawing.host(a) != b
        and drawing.host(b) != a
    ]
    assert overlapping == []


def test_an_event_on_a_border_is_drawn_on_that_border(drawing: Drawing) -> None:
    for name in drawing.nodes:
        if host := drawing.host(name):
            assert drawing.boxes[name].overlaps(drawing.boxes[host]), name
            assert not drawing.boxes[host].contains(drawing.boxes[name]), name


def test_every_shape_is_inside_its_one_lane(drawing: Drawing) -> None:
    placed = []
    for lane in drawing.each("lane"):
        for reference in lane.iter(BPMN + "flowNodeRef"):
            assert reference.text in drawing.nodes
            placed.append(reference.text)
            assert drawing.boxes[lane.attrib["id"]].contains(drawing.boxes[reference.text])
    assert sorted(placed) == sorted(drawing.nodes)


def test_lanes_fill_their_pool_from_top_to_bottom(drawing: Drawing) -> None:
    [pool] = (drawing.boxes[each.attrib["id"]] for each in drawing.each("participant"))
    lanes = [drawing.boxes[each.attrib["id"]] for each in drawing.each("lane")]
    assert lanes[0].y == pool.y
    assert [lane.y + lane.height for lane in lanes] == [
        *(lane.y for lane in lanes[1:]),
        pool.y + pool.height,
    ]
    assert all(pool.contains(lane) for lane in lanes)


def test_every_flow_leads_straight_from_one_border_to_the_other(drawing: Drawing) -> None:
    for flow in drawing.each("sequenceFlow"):
        stretches = drawing.ways[flow.attrib["id"]]
        assert stretches[0].meets(drawing.boxes[flow.attrib["sourceRef"]]), flow.attrib["id"]
        assert stretches[-1].meets(drawing.boxes[flow.attrib["targetRef"]]), flow.attrib["id"]
        assert all(min(each.width, each.height) < 1 for each in stretches), flow.attrib["id"]


def test_no_flow_runs_through_a_shape_or_a_label(drawing: Drawing) -> None:
    for flow in drawing.each("sequenceFlow"):
        own = {flow.attrib["sourceRef"], flow.attrib["targetRef"]}
        own |= {drawing.host(flow.attrib["sourceRef"])}
        for stretch in drawing.ways[flow.attrib["id"]]:
            crossed = [n for n in drawing.nodes if stretch.overlaps(drawing.boxes[n])]
            assert set(crossed) <= own, flow.attrib["id"]
            crossed = [n for n, label in drawing.labels.items() if stretch.overlaps(label)]
            assert crossed == [], flow.attrib["id"]


def test_no_label_lies_on_a_shape_or_another_label(drawing: Drawing) -> None:
    for name, label in drawing.labels.items():
        on = [n for n in drawing.nodes if n != name and label.overlaps(drawing.boxes[n])]
        assert on == [], name
    pairs = combinations(drawing.labels.items(), 2)
    assert [(a, b) for (a, one), (b, other) in pairs if one.overlaps(other)] == []


def test_every_event_and_every_choice_has_a_name_and_a_place_for_it(drawing: Drawing) -> None:
    for name, node in drawing.nodes.items():
        is_choice = node.tag in {BPMN + each for each in CHOICES} and _splits(node)
        if str(node.tag).endswith("Event") or is_choice:
            assert node.get("name"), name
            assert name in drawing.labels


def test_a_choice_is_a_question_and_each_flow_out_of_it_an_answer(drawing: Drawing) -> None:
    choices = {node.attrib["id"]: node for node in drawing.each(*CHOICES) if _splits(node)}
    for node in choices.values():
        assert node.attrib["name"].endswith("?"), node.attrib["id"]
    for flow in drawing.each("sequenceFlow"):
        if flow.attrib["sourceRef"] in choices:
            assert flow.get("name"), flow.attrib["id"]
            assert flow.attrib["id"] in drawing.labels


def test_every_choice_says_which_rule_it_carries(drawing: Drawing) -> None:
    for node in drawing.each(*CHOICES):
        assert not _splits(node) or RULE.search(drawing.says(node)), node.attrib["id"]


def test_every_user_task_says_why_it_is_asked_and_by_which_rules(drawing: Drawing) -> None:
    for task in drawing.each("userTask"):
        assert RULE.search(drawing.says(task)), task.attrib["id"]


def test_every_timer_cites_the_rule_it_draws(drawing: Drawing) -> None:
    for event in drawing.each("boundaryEvent"):
        [rule] = RULE.findall(_rule(event) or "")
        assert rule in drawing.says(event), event.attrib["id"]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_timers_name_says_its_deadline_in_words(procedure: str) -> None:
    rows = _deadlines(procedure)
    for event in _timers(procedure):
        amount, unit = rows[_rule(event) or ""]
        assert _in_words(amount, unit) in event.attrib["name"], event.attrib["id"]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_deadline_of_the_table_is_drawn_and_no_other(procedure: str) -> None:
    assert {_rule(event) for event in _timers(procedure)} == set(_deadlines(procedure))


@pytest.mark.parametrize("path", [p for p in DIAGRAMS if p.parent.name != NATIONAL], ids=str)
def test_a_local_file_differs_from_the_national_one(path: Path) -> None:
    national = ROOT / NATIONAL / path.name
    assert not national.exists() or national.read_bytes() != path.read_bytes()


def _splits(node: etree._Element) -> bool:
    return len(node.findall(BPMN + "outgoing")) > 1


def _timers(procedure: str) -> Iterator[etree._Element]:
    files = {path.name: path for path in (ROOT / NATIONAL).glob("*.bpmn")}
    files |= {path.name: path for path in (ROOT / procedure).glob("*.bpmn")}
    for path in files.values():
        yield from Drawing(path).each("boundaryEvent")


def _rule(event: etree._Element) -> str | None:
    expression = event.findtext(f"{BPMN}timerEventDefinition/{BPMN}timeDate") or ""
    found = re.fullmatch(r'deadline\("(.+)"\)', expression)
    return found and found[1]


def _deadlines(procedure: str) -> dict[str, tuple[str, str]]:
    """Return the amount and unit of each rule in the table that the procedure follows."""
    path = ROOT / procedure / "deadlines.dmn"
    root = etree.parse(path if path.exists() else ROOT / NATIONAL / path.name).getroot()
    columns = [output.attrib["name"] for output in root.iter(DMN + "output")]
    rows = {}
    for rule in root.iter(DMN + "rule"):
        cells = [entry.findtext(DMN + "text") or "" for entry in rule.iter(DMN + "outputEntry")]
        row = dict(zip(columns, cells, strict=True))
        rows[row["rule"].strip('"')] = row["amount"], row["unit"].strip('"')
    return rows


def _in_words(amount: str, unit: str) -> str:
    """Say an amount as a timer's name does; one that is worked out is said by its unit alone."""
    if unit == "same day":
        return "n the day"
    if not amount.isdigit():
        return f" {unit}"
    return f"{amount} {unit}" if amount != "1" else f"{amount} {unit.removesuffix('s')}"
