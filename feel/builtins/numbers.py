"""Functions over numbers and booleans (DMN 1.3, 10.3.4.1, 10.3.4.2 and 10.3.4.5)."""

from datetime import datetime, time
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)  # fmt: skip

from feel import limits
from feel.builtins.registry import builtin
from feel.limits import DECIMAL, Run
from feel.temporal import offset_of
from feel.values import Value, equal, kind

_WIDE = Context(prec=7000, Emax=99999, Emin=-99999, traps=[])


@builtin("not(negand: any)")
def not_(run: Run, value: Value) -> bool | None:
    return not value if type(value) is bool else None


@builtin("is(value1: any, value2: any)")
def is_(run: Run, one: Value, other: Value) -> bool | None:
    """Are they the same value of the same kind, at the same offset (10.3.4.9)?"""
    if kind(one) != kind(other):
        return False
    if isinstance(one, datetime | time) and offset_of(one) != offset_of(other):
        return False
    return equal(run, one, other)


def _rounded(value: Decimal, scale: Decimal, how: str) -> Decimal | None:
    places = int(scale)
    if places != scale or not -6111 <= places <= 6176:
        return None
    if value.as_tuple().exponent >= -places and places >= 0:  # type: ignore[operator]
        return value
    found = value.quantize(Decimal((0, (1,), -places)), how, _WIDE)
    return limits.number(DECIMAL.plus(found))


def _declare_rounding(name: str, how: str) -> None:
    def body(run: Run, value: Decimal, scale: Decimal | None = None) -> Decimal | None:
        return _rounded(value, scale or Decimal(0), how)

    builtin(f"{name}(n: number, scale?: number)")(body)


for _name, _how in {
    "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING, "round up": ROUND_UP, "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP, "round half down": ROUND_HALF_DOWN,
}.items():  # fmt: skip
    _declare_rounding(_name, _how)


@builtin("decimal(n: number, scale: number)")
def decimal_(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_HALF_EVEN)


@builtin("abs(n: number)")
@builtin("abs(n: days and time duration)")
def abs_(run: Run, value: Value) -> Value:
    return abs(value)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder takes the divisor's sign: dividend - divisor * floor(dividend / divisor)."""
    if not divisor:
        return None
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest += divisor
    return limits.number(DECIMAL.plus(rest))


@builtin("sqrt(number: number)")
def sqrt(run: Run, value: Decimal) -> Decimal | None:
    return DECIMAL.sqrt(value) if value >= 0 else None


@builtin("log(number: number)")
def log(run: Run, value: Decimal) -> Decimal | None:
    return DECIMAL.ln(value) if value > 0 else None


@builtin("exp(number: number)")
def exp(run: Run, value: Decimal) -> Decimal | None:
    return limits.number(DECIMAL.exp(value))


@builtin("odd(number: number)")
def odd(run: Run, value: Decimal) -> bool | None:
    return bool(value % 2) if _is_whole(value) else None


@builtin("even(number: number)")
def even(run: Run, value: Decimal) -> bool | None:
    return not value % 2 if _is_whole(value) else None


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value() and abs(value) < Decimal(10) ** 33


@builtin("number(from: string)")
@builtin("number(from: string, grouping separator: string|null, decimal separator: string|null)")
def number(
    run: Run, text: str, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return None
    if grouping is not None and grouping == point:
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(",", "." if "." not in text else "?")
    return _plain_number(text)


def _plain_number(text: str) -> Decimal | None:
    digits = text.removeprefix("-").removeprefix("+")
    if not digits or not all(part in "0123456789.eE+-" for part in digits) or len(text) > 7000:
        return None
    found = DECIMAL.create_decimal(text)
    return found if found.is_finite() else None
