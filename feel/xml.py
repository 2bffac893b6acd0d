"""Read DMN's XML without trusting it: no DTD, no entities, no network, bounded size and depth."""

from collections.abc import Iterator

from lxml import etree

from feel.errors import DecisionError

MOST_BYTES = 1_000_000
MOST_DEEP = 100
_TOO_DEEP = f"{{}} nests its elements more than {MOST_DEEP} deep. Take out what is nested."
NAMESPACES = frozenset((
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
))  # fmt: skip


def definitions(xml: bytes, filename: str) -> etree._Element:
    """Return the root element, or raise DecisionError with the reason the file is refused."""
    if len(xml) > MOST_BYTES:
        raise DecisionError(f"{filename} is larger than {MOST_BYTES:,} bytes. Divide the table.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        says = getattr(error, "msg", None) or str(error)  # without the parser's own place
        if "Excessive depth" in says:
            raise DecisionError(_TOO_DEEP.format(filename)) from None
        raise DecisionError(f"{filename} is not XML that can be read: {says}.") from None
    if root.getroottree().docinfo.doctype:
        raise DecisionError(f"{filename} declares a document type (DOCTYPE). Take it out.")
    namespace = etree.QName(root).namespace
    if tag(root) != "definitions" or namespace not in NAMESPACES:
        raise DecisionError(f"{filename} is not a DMN file: it starts with `{tag(root)}`.")
    if _is_deep(root):
        raise DecisionError(_TOO_DEEP.format(filename))
    return root


def _is_deep(root: etree._Element) -> bool:
    level = [root]
    for _ in range(MOST_DEEP):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def tag(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def own(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the children that are DMN's own; a modeller's extensions and layout are passed over."""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).namespace in NAMESPACES:
            yield child


def all_of(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in own(element) if tag(child) == name]


def first(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the first child of the first child ... of these names."""
    for name in names:
        if element is None:
            return None
        element = next(iter(all_of(element, name)), None)
    return element


def text(element: etree._Element | None) -> str:
    """Return the words of an element's `<text>`, or nothing."""
    inner = first(element, "text")
    return "".join(inner.itertext()).strip() if inner is not None else ""
