"""How strongly each operator binds, weakest first (DMN 1.3, 10.3.1.2, rules 1-4)."""

OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE = range(1, 8)
STRENGTH = {
    "or": OR, "and": AND, "=": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE, ">": COMPARE,
    ">=": COMPARE, "between": COMPARE, "in": COMPARE, "+": ADD, "-": ADD, "*": MULTIPLY,
    "/": MULTIPLY, "**": POWER,
}  # fmt: skip
