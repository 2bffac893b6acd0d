"""The kinds of component a form may use, and the marshmallow field each is answered through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields, validate

from forms.components import FILES, GROUP, LIST, TEXT, Component
from forms.fields import Choice, Choices, Day, DayAndTime, Number, Tick, Words, YesNo
from forms.files import MOST_FILES, Files
from forms.patterns import LONGEST_TEXT, PatternRefused, compile_pattern

Answer = fields.Field[Any]
LONGEST_LINE = 1_000
LONGEST_AREA = 100_000
_OF_WORDS = ("minLength", "maxLength", "pattern", "validationType")
_RULES = {"textfield": _OF_WORDS, "textarea": _OF_WORDS, "number": ("min", "max")}


class Refused(Exception):
    """A component of a form file says something we would not do as it says."""


def kind_of(given: Mapping[str, Any]) -> str:
    """Return the kind of a form-js component: its type, but for dates and yes or no."""
    kind = given.get("type")
    if kind == "datetime":
        return "date" if given.get("subtype", "date") == "date" else str(given["subtype"])
    properties = given.get("properties")
    if kind == "radio" and isinstance(properties, Mapping) and properties.get("answer") == "yes/no":
        return "yes_no"
    return str(kind)


def check_rules(kind: str, rules: Mapping[str, Any]) -> None:
    """Refuse rules (`validate`) that are not read of this kind of component."""
    known = () if kind in (TEXT, GROUP) else ("required", *_RULES.get(kind, ()))
    for name in rules:
        if name not in known:
            says = ", ".join(known) or "nothing"
            raise Refused(f"Its validate cannot say “{name[:40]}”. Of a {kind} it can say: {says}.")
    if not isinstance(rules.get("required", False), bool):
        raise Refused("Its required has to be true or false, without quotes.")


def answer_for(component: Component, rules: Mapping[str, Any], given: Mapping[str, Any]) -> Answer:
    """Return the field that reads a question's answer by the rules it is given (`validate`)."""
    read = KINDS[component.type]
    assert read  # a text, a group and a list are not answered themselves
    return read(component, rules, given, metadata={"label": component.label})


def _words(component: Component, rules: Mapping[str, Any], _: Any, **common: Any) -> Answer:
    is_area = component.type == "textarea"
    most = LONGEST_AREA if is_area else LONGEST_LINE
    checks: list[Callable[[str], Any]] = []
    if rules.get("pattern"):
        checks.append(_pattern(component, rules["pattern"]))
    if rules.get("validationType") == "email":
        checks.append(validate.Email(error=_unlike(component)))
    elif rules.get("validationType") not in (None, "", "custom"):
        raise Refused("Its validationType can be email, or custom with a pattern.")
    least, most = _whole(rules, "minLength", 0, most), _whole(rules, "maxLength", most, most)
    if rules.get("pattern"):
        most = min(most, LONGEST_TEXT)
    if least > most:
        raise Refused(f"Its minLength, {least}, is above {most}, the most it can have. Correct it.")
    checks.append(_length(component, least, most))
    return Words(lines=is_area, validate=checks, **common)


def _number(
    component: Component, rules: Mapping[str, Any], given: Mapping[str, Any], **common: Any
) -> Answer:
    digits = _whole(given, "decimalDigits", -1, 9)
    least, most = _decimal(rules, "min"), _decimal(rules, "max")
    if least is not None and most is not None and least > most:
        raise Refused(f"Its min, {least}, is above its max, {most}. Correct one of them.")
    checks = []
    if least is not None:
        words = f"“{component.label}” must be {least} or more."
        checks.append(validate.Range(min=least, error=words))
    if most is not None:
        words = f"“{component.label}” must be {most} or less."
        checks.append(validate.Range(max=most, error=words))
    return Number(digits=None if digits < 0 else digits, validate=checks, **common)


def _choice(component: Component, _: Any, __: Any, **common: Any) -> Answer:
    field = Choices if component.type == "checklist" else Choice
    return field(offered=tuple(option.value for option in component.options), **common)


def _yes_no(component: Component, _: Any, __: Any, **common: Any) -> Answer:
    if [option.value for option in component.options] != ["yes", "no"]:
        raise Refused(
            "A question answered by yes or no offers the values yes and no, in that order."
        )
    return YesNo(**common)


def _files(component: Component, _: Any, given: Mapping[str, Any], **common: Any) -> Answer:
    several = given.get("multiple", False)
    if not isinstance(several, bool):
        raise Refused("Its multiple has to be true or false.")
    if given.get("accept"):
        raise Refused("Which files are taken is the same everywhere: take out its accept.")
    return Files(most=MOST_FILES if several else 1, **common)


KINDS: dict[str, Callable[..., Answer] | None] = {
    "textfield": _words,
    "textarea": _words,
    "number": _number,
    "date": lambda _, __, ___, **common: Day(**common),
    "datetime": lambda _, __, ___, **common: DayAndTime(**common),
    "select": _choice,
    "radio": _choice,
    "yes_no": _yes_no,
    "checklist": _choice,
    "checkbox": lambda _, __, ___, **common: Tick(**common),
    FILES: _files,
    TEXT: None,
    GROUP: None,
    LIST: None,
}


def _pattern(component: Component, pattern: Any) -> Callable[[str], None]:
    try:
        compiled = compile_pattern(str(pattern))
    except PatternRefused as error:
        raise Refused(str(error)) from error

    def check(text: str) -> None:
        if len(text) <= LONGEST_TEXT and not compiled.search(text):
            raise ValidationError(_unlike(component))

    return check


def _unlike(component: Component) -> str:
    own = component.properties.get("error")
    return own or f"“{component.label}” is not written as it is expected here."


def _length(component: Component, least: int, most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not least <= len(text) <= most:
            limit = f"at most {most}" if len(text) > most else f"at least {least}"
            raise ValidationError(
                f"“{component.label}” must be {limit} characters long; it is {len(text)} now."
            )

    return check


def _whole(given: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = given.get(name)
    if value is None or value == "":
        return default
    if not re.fullmatch("[0-9]{1,6}", str(value)) or int(value) > most:
        raise Refused(f"Its {name} has to be a whole number up to {most}.")
    return int(value)


def _decimal(rules: Mapping[str, Any], name: str) -> Decimal | None:
    value = rules.get(name)
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(f"Its {name} has to be a number.")
    return number
