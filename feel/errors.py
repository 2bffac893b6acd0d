"""What can go wrong with an expression, each told in words a procedure owner can act on."""


class FeelError(Exception):
    """Something is wrong with an expression or a decision table."""


class FeelSyntaxError(FeelError):
    """The text is not an expression: it says where it stops making sense and what was expected."""

    def __init__(self, message: str, line: int, column: int, text: str) -> None:
        super().__init__(message, line, column, text)
        self.message = message
        self.line = line
        self.column = column
        self.text = text

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.message}"


class FeelRuntimeError(FeelError):
    """An evaluation went past a limit (`limit` names it) and was stopped. Nothing else raises it:
    an ordinary mistake in an expression, such as adding a date to a list, has the value null."""

    def __init__(self, limit: str, sentence: str) -> None:
        super().__init__(limit, sentence)
        self.limit = limit

    def __str__(self) -> str:
        return str(self.args[1])


class DecisionError(FeelError):
    """A decision table cannot be read, or does not give the answer its hit policy promises.
    `problems` are all the sentences; the message is all of them."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


def syntax_error(message: str, text: str, position: int) -> FeelSyntaxError:
    """Return the error with `position` (characters from the start) as line and column from 1."""
    before = text[:position]
    line = before.count("\n") + 1
    column = position - (before.rfind("\n") + 1) + 1
    return FeelSyntaxError(message, line, column, text)
