"""Walk the tokens of an expression, and say in plain words where it goes wrong."""

from collections.abc import Iterable
from typing import NoReturn

from feel import limits
from feel.errors import FeelSyntaxError, syntax_error
from feel.lexer import Token, tokens
from feel.names import KnownNames


class Reader:
    def __init__(self, text: str, names: Iterable[str]) -> None:
        if len(text) > limits.EXPRESSION_LENGTH:
            most = f"{limits.EXPRESSION_LENGTH:,}"
            raise syntax_error(f"This is longer than {most} characters.", text[:100], 0)
        self.text = text
        self.tokens = tokens(text)
        self.index = 0
        self.depth = 0
        self.lenient = False
        self.known = KnownNames(names)

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def at(self, *texts: str) -> bool:
        """Is the next token one of these words or symbols (never a quoted text)?"""
        token = self.tokens[self.index]
        return token.text in texts and token.kind in ("symbol", "keyword", "name")

    def accept(self, text: str) -> bool:
        if self.at(text):
            self.index += 1
            return True
        return False

    def expect(self, text: str, why: str) -> Token:
        if not self.at(text):
            self.fail(f"I expected `{text}` {why}")
        return self.take()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > limits.NESTING:
            self.refuse(f"This is nested more than {limits.NESTING} levels deep.", self.token.at)

    def fail(self, expected: str) -> NoReturn:
        token = self.token
        found = "but it ends here" if token.kind == "end" else f"not `{token.text[:40]}`"
        self.refuse(f"{expected}, {found}.", token.at)

    def expected_value(self) -> NoReturn:
        before = f" after `{self.tokens[self.index - 1].text[:40]}`" if self.index else ""
        self.fail(f"I expected a value{before}")

    def refuse(self, message: str, at: int) -> NoReturn:
        raise syntax_error(message, self.text, at)

    def doubt(self, message: str, at: int) -> None:
        """Refuse what the standard takes for null, unless the reading is lenient."""
        if not self.lenient:
            self.refuse(message, at)

    def error(self, message: str, at: int) -> FeelSyntaxError:
        return syntax_error(message, self.text, at)
