"""Read the rows and columns of one `<decisionTable>` (DMN 1.3, 8.3)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from feel.expression import expression_of
from feel.hit_policies import BY_AGGREGATION, BY_NAME
from feel.scope import Scope
from feel.syntax import ListOf, Type
from feel.table import DecisionTable, Input, Output, Rule
from feel.xml import all_of, first, text

if TYPE_CHECKING:
    from feel.dmn import DmnFile

Element: TypeAlias = etree._Element


def read_table(
    file: "DmnFile",
    table: Element,
    identity: str,
    name: str,
    wanted: Type | None = None,
    given: Callable[[Scope], Scope] = lambda scope: scope,
) -> DecisionTable:
    """Return the table; what is wrong with it is added to the file's problems."""
    place = file.place
    policy = _hit_policy(file, table)
    inputs = tuple(_input(file, column, place) for column in all_of(table, "input"))
    columns = all_of(table, "output")
    outputs = tuple(_output(file, each, number, place) for number, each in enumerate(columns, 1))
    rows = enumerate(all_of(table, "rule"), 1)
    rules = tuple(_rule(file, row, number, inputs, outputs, place) for number, row in rows)
    file.place = place
    if not outputs:
        file.refuse("the table has no output column.")
    if policy in ("P", "O") and not any(output.values for output in outputs):
        file.refuse(f"hit policy {policy} needs the outputs' allowed values, highest first.")
    return DecisionTable(identity, name, policy, inputs, outputs, rules, wanted, given)


def _hit_policy(file: "DmnFile", table: Element) -> str:
    words = table.get("hitPolicy", "UNIQUE")
    policy = BY_NAME.get(words.upper().replace("_", " "))
    if policy is None:
        file.refuse(f"`{words}` is not a hit policy.")
        return "U"
    if policy != "C":
        return policy
    aggregation = table.get("aggregation", "")
    if aggregation not in BY_AGGREGATION:
        file.refuse(f"`{aggregation}` is not a way to collect: use SUM, MIN, MAX or COUNT.")
    return BY_AGGREGATION.get(aggregation, "C")


def _input(file: "DmnFile", column: Element, place: str) -> Input:
    asked = first(column, "inputExpression")
    words = text(asked)
    label = column.get("label") or words
    file.place = f"{place}, input “{label}”"
    if not words:
        file.refuse("the column has no expression.")
    return Input(label, file.expression(words), file.tests(text(first(column, "inputValues"))))


def _output(file: "DmnFile", column: Element, number: int, place: str) -> Output:
    name = column.get("name") or column.get("label") or f"output {number}"
    file.place = f"{place}, output “{name}”"
    words = text(first(column, "outputValues"))
    default = text(first(column, "defaultOutputEntry"))
    ordered = file.parse(f"[{words}]") if words else ListOf(0, ())
    values = ordered.items if isinstance(ordered, ListOf) else ()
    return Output(
        name,
        file.tests(words),
        tuple(expression_of(words, value) for value in values),
        file.expression(default) if default else None,
    )


def _rule(
    file: "DmnFile",
    row: Element,
    number: int,
    inputs: tuple[Input, ...],
    outputs: tuple[Output, ...],
    place: str,
) -> Rule:
    file.place = f"{place}, rule {number}"
    cells, answers = all_of(row, "inputEntry"), all_of(row, "outputEntry")
    if len(cells) != len(inputs) or len(answers) != len(outputs):
        file.refuse("the rule does not have one cell for every column.")
    tests = []
    for column, cell in zip(inputs, cells, strict=False):
        file.place = f"{place}, rule {number}, input “{column.label}”"
        tests.append(file.tests(text(cell)))
    said = []
    for output, answer in zip(outputs, answers, strict=False):
        file.place = f"{place}, rule {number}, output “{output.name}”"
        said.append(file.expression(text(answer)))
    return Rule(number, row.get("id", ""), tuple(tests), tuple(said), _annotation(row))


def _annotation(row: Element) -> str:
    notes = [text(note) for note in all_of(row, "annotationEntry")]
    description = first(row, "description")
    if description is not None:
        notes.append("".join(description.itertext()).strip())
    return "\n".join(note for note in notes if note)
