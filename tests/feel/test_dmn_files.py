"""DMN files: versions, several decisions, requirements, boxes, and what is refused."""

from typing import Any

import pytest

import feel
from tests.feel.tables import DMN_13, decision, dmn


def literal(name: str, text: str, inside: str = "", typed: str = "") -> str:
    type_ref = f' typeRef="{typed}"' if typed else ""
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{type_ref}/>{inside}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def needs(*names: str) -> str:
    return "".join(
        f'<informationRequirement><requiredDecision href="#{name}"/></informationRequirement>'
        for name in names
    )


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        DMN_13,
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_each_version_of_dmn_is_read(namespace: str) -> None:
    xml = dmn(decision('hitPolicy="UNIQUE"', ['1 | "one"']), namespace)

    assert feel.read_dmn(xml, "x.dmn")["rules"].decide({"n": 1}) == "one"


def test_comments_annotations_and_a_modellers_own_elements_do_not_matter() -> None:
    xml = dmn(
        '<!-- about --><extensionElements><x:y xmlns:x="urn:x"/></extensionElements>'
        '<decision id="d"><decisionTable><input><inputExpression><text>n<!-- why --></text>'
        '</inputExpression></input><output name="o"/><annotation name="Source"/>'
        "<rule><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>n + 1</text></outputEntry>"
        "<annotationEntry><text>Chapter 3</text></annotationEntry></rule>"
        "</decisionTable></decision>"
        '<x:layout xmlns:x="urn:x"><decision/></x:layout>'
    )
    found = feel.read_dmn(xml, "x.dmn")["d"]

    assert found.decide({"n": 1}) == 2
    assert found.rules[0].annotation == "Chapter 3"


def test_a_decision_asks_the_decisions_it_requires() -> None:
    xml = dmn(
        literal("total", "base * 2 + pre-school", needs("base", "pre-school"))
        + literal("base", "n + 1")
        + literal("pre-school", "base", needs("base"))
    )

    assert feel.read_dmn(xml, "x.dmn")["total"].decide({"n": 4, "base": 100}) == 15


def test_a_knowledge_model_is_a_function_that_sees_only_its_parameters() -> None:
    xml = dmn(
        '<businessKnowledgeModel id="m" name="plus tax"><variable name="plus tax"/>'
        '<encapsulatedLogic><formalParameter name="price" typeRef="number"/>'
        "<literalExpression><text>if n = null then price * 1.2 else 0</text></literalExpression>"
        "</encapsulatedLogic></businessKnowledgeModel>"
        + literal(
            "d", "plus tax(price: n)",
            '<knowledgeRequirement><requiredKnowledge href="#m"/></knowledgeRequirement>',
        )
    )  # fmt: skip

    assert feel.read_dmn(xml, "x.dmn")["d"].decide({"n": 10}) == 12


def test_a_decision_service_is_a_function_of_its_inputs() -> None:
    xml = dmn(
        '<inputData id="i" name="i"/>'
        '<decisionService id="s" name="ask"><outputDecision href="#out"/>'
        '<inputDecision href="#given"/><inputData href="#i"/></decisionService>'
        + literal("out", "if given = null then null else given + i", needs("given"))
        + literal("given", "1000", typed="number")
        + literal(
            "d", "[ask(1, 2), ask(given: 5, i: 1), ask(1), given]",
            '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
            + needs("given"),
        )
        + literal(
            "wrong", 'ask(1, "not a number")',
            '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>',
        )
    )  # fmt: skip
    found = feel.read_dmn(xml, "x.dmn")

    assert found["d"].decide({}) == [3, 6, None, 1000]
    assert found["wrong"].decide({}) is None


BOXES: list[tuple[str, Any]] = [
    (
        '<context><contextEntry><variable name="a"/><literalExpression><text>2</text>'
        '</literalExpression></contextEntry><contextEntry><variable name="b"/>'
        "<literalExpression><text>a * n</text></literalExpression></contextEntry></context>",
        {"a": 2, "b": 6},
    ),
    (
        '<context><contextEntry><variable name="a"/><literalExpression><text>2</text>'
        "</literalExpression></contextEntry><contextEntry>"
        "<literalExpression><text>a * n</text></literalExpression></contextEntry></context>",
        6,
    ),
    (
        "<list><literalExpression><text>n</text></literalExpression>"
        "<literalExpression><text>2</text></literalExpression></list>",
        [3, 2],
    ),
    (
        '<relation><column name="a"/><column name="b"/><row><literalExpression><text>1</text>'
        "</literalExpression><literalExpression><text>n</text></literalExpression></row></relation>",
        [{"a": 1, "b": 3}],
    ),
    (
        "<invocation><literalExpression><text>substring</text></literalExpression>"
        '<binding><parameter name="string"/><literalExpression><text>"abcd"</text>'
        '</literalExpression></binding><binding><parameter name="start position"/>'
        "<literalExpression><text>n</text></literalExpression></binding></invocation>",
        "cd",
    ),
    (
        "<conditional><if><literalExpression><text>n &gt; 2</text></literalExpression></if>"
        '<then><literalExpression><text>"big"</text></literalExpression></then>'
        '<else><literalExpression><text>"small"</text></literalExpression></else></conditional>',
        "big",
    ),
    (
        '<for iteratorVariable="i"><in><literalExpression><text>[1, 2]</text></literalExpression>'
        "</in><return><literalExpression><text>i * n</text></literalExpression></return></for>",
        [3, 6],
    ),
    (
        '<every iteratorVariable="i"><in><literalExpression><text>[1, 2]</text>'
        "</literalExpression></in><satisfies><literalExpression><text>i &lt; n</text>"
        "</literalExpression></satisfies></every>",
        True,
    ),
    (
        "<filter><in><literalExpression><text>[1, 5]</text></literalExpression></in>"
        "<match><literalExpression><text>item &gt; n</text></literalExpression></match></filter>",
        [5],
    ),
    (
        '<context><contextEntry><variable name="f"/><functionDefinition>'
        '<formalParameter name="x"/><literalExpression><text>x + n</text></literalExpression>'
        "</functionDefinition></contextEntry><contextEntry><literalExpression><text>f(1)</text>"
        "</literalExpression></contextEntry></context>",
        4,
    ),
]


@pytest.mark.parametrize(("box", "value"), BOXES)
def test_a_boxed_expression_is_what_its_text_would_be(box: str, value: Any) -> None:
    found = feel.read_dmn(dmn(f'<decision id="d" name="d">{box}</decision>'), "x.dmn")["d"]

    assert found.decide({"n": 3}) == value
    assert found.names == {"n"}


TYPES = """
<itemDefinition name="tColour"><typeRef>string</typeRef>
  <allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>
<itemDefinition name="tColours" isCollection="true"><typeRef>tColour</typeRef></itemDefinition>
<itemDefinition name="tChild"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
</itemDefinition>
"""


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ('"red"', "tColour", "red"),
        ('"green"', "tColour", None),
        ('["red"]', "tColour", "red"),
        ('"red"', "tColours", ["red"]),
        ('["red", "green"]', "tColours", None),
        ('{name: "Sam"}', "tChild", {"name": "Sam"}),
        ("{name: 5}", "tChild", None),
        ('"green" instance of tColour', "boolean", True),
        ("1", "feel:number", 1),
        ("1", "string", None),
        ("null", "tColours", None),
    ],
)
def test_a_value_is_made_to_fit_the_type_of_its_decision(text: str, type_: str, value: Any) -> None:
    xml = dmn(TYPES + literal("d", text, typed=type_))

    assert feel.read_dmn(xml, "x.dmn")["d"].decide({}) == value


def test_all_problems_of_a_file_are_told_at_once_with_their_places() -> None:
    xml = dmn(
        decision('hitPolicy="BEST"', ['1 and | "a"', "- | 'b'", "-"])
        + literal("other", "if", needs("gone"))
    )

    with pytest.raises(feel.DecisionError) as caught:
        feel.read_dmn(xml, "rules.dmn")

    assert caught.value.problems == (
        "rules.dmn, decision “Rules”: `BEST` is not a hit policy.",
        "rules.dmn, decision “Rules”, rule 1, input “n”: Line 1, column 6: "
        "I expected a value after `and`, but it ends here.",
        "rules.dmn, decision “Rules”, rule 2, output “says”: Line 1, column 1: "
        "I expected straight double quotes (\") around a text, not `'`.",
        "rules.dmn, decision “Rules”, rule 3: the rule does not have one cell for every column.",
        "rules.dmn, decision “other”: it requires `gone`, which is not in this file.",
        "rules.dmn, decision “other”: Line 1, column 3: "
        "I expected a value after `if`, but it ends here.",
    )


def test_a_lenient_reading_takes_what_is_wrong_for_null() -> None:
    xml = dmn(literal("good", "1") + literal("bad", "1 +") + literal("odd", '@"x" = null'))
    found = feel.read_dmn(xml, "x.dmn", lenient=True)

    assert [found[name].decide({}) for name in ("good", "bad", "odd")] == [1, None, True]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (decision('hitPolicy="PRIORITY"', ["- | 1"]), "needs the outputs' allowed values"),
        (decision('hitPolicy="COLLECT" aggregation="MEAN"', ["- | 1"]), "not a way to collect"),
        (
            literal("a", "b", needs("b")) + literal("b", "a", needs("a")),
            "it requires itself, or",
        ),
        (literal("a", "1") + literal("a", "2"), "has the same id"),
        ('<decision id="d"><decisionTable/></decision>', "no output column"),
        ('<decision id="d"><sorcery/></decision>', "not something I can evaluate"),
        (
            '<decision id="d"><functionDefinition kind="Java"/></decision>',
            "another language are refused",
        ),
    ],
)
def test_a_file_that_cannot_work_is_refused(inside: str, words: str) -> None:
    with pytest.raises(feel.DecisionError, match=words):
        feel.read_dmn(dmn(inside), "x.dmn")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (b"", "not XML that can be read"),
        (b"<definitions", "not XML that can be read"),
        (b"\xff\xfe\x00", "not XML that can be read"),
        (b"<definitions/>", "is not a DMN file"),
        (f'<other xmlns="{DMN_13}"/>'.encode(), "is not a DMN file"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "declares a document type"),
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            "declares a document type",
        ),
        (
            f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9;</x>'.encode(),
            "declares a document type|not XML that can be read",
        ),
        (b"<a>" * 400 + b"</a>" * 400, "more than 100 deep"),
        (dmn(" " * 1_000_001), "larger than 1,000,000 bytes"),
        (dmn("<list>" * 200 + "</list>" * 200).replace(
            b"<list>", b'<decision id="d"><list>', 1), "not XML that can be read"),
        (
            dmn('<decision id="d">' + "<list>" * 150 + "</list>" * 150 + "</decision>"),
            "more than 100 deep",
        ),
    ],
)  # fmt: skip
def test_hostile_xml_is_refused_with_a_sentence(xml: bytes, words: str) -> None:
    with pytest.raises(feel.DecisionError, match=words):
        feel.read_dmn(xml, "hostile.dmn")
