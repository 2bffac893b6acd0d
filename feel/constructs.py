"""What begins with a word or a sign: if, for, some, every, lists, ranges, contexts, dates."""

from collections.abc import Iterable, Mapping

from feel.lexer import Token, unescape
from feel.reader import Reader
from feel.strength import ADD, OR
from feel.syntax import (
    ContextOf,
    For,
    If,
    Iterator_,
    Lambda,
    ListOf,
    Literal,
    Node,
    Quantified,
    RangeOf,
    Type,
)  # fmt: skip
from feel.temporal import from_literal


class Constructs(Reader):
    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(text, names)
        self.types: Mapping[str, Type] = {}  # the types a DMN file declares
        self.closing_bound = False  # reading the upper end of a range, where `[` may close it

    def expression(self, strength: int = OR) -> Node:
        raise NotImplementedError

    def name(self) -> str:
        raise NotImplementedError

    def _if(self, token: Token) -> Node:
        condition = self.expression()
        self.expect("then", "after the condition of `if`")
        then = self.expression()
        self.expect("else", "with the value when the condition is not true")
        return If(token.at, condition, then, self.expression())

    def _for(self, token: Token) -> Node:
        iterators = self._iterators()
        self.known.add("partial")
        self.expect("return", "with the value made of each item")
        return For(token.at, iterators, self.expression())

    def _quantified(self, token: Token) -> Node:
        iterators = self._iterators()
        self.expect("satisfies", "with the condition each item is held to")
        return Quantified(token.at, token.text, iterators, self.expression())

    def _iterators(self) -> tuple[Iterator_, ...]:
        found = [self._iterator()]
        while self.accept(","):
            found.append(self._iterator())
        return tuple(found)

    def _iterator(self) -> Iterator_:
        at = self.token.at
        name = self._declared("in", "a name for the items")
        self.expect("in", "between the name and the list")
        over = self.expression()
        return Iterator_(at, name, over, self.expression() if self.accept("..") else None)

    def _declared(self, before: str, what: str) -> str:
        """Take a new name, made of everything up to `before`, and know it from here on."""
        start, last = self.token.at, None
        while not self.at(before) and self.token.kind in ("name", "keyword", "symbol", "number"):
            last = self.take()
        if last is None:
            self.fail(f"I expected {what}")
        name = " ".join(self.text[start : last.at + len(last.text)].split())
        self.known.add(name)
        return name

    def _parenthesis(self, token: Token) -> Node:
        value = self.expression()
        if self.accept(".."):
            return self._range(token, value, low_closed=False)
        self.expect(")", "to close the bracket")
        return value

    def _list_or_range(self, token: Token) -> Node:
        items: list[Node] = []
        while not self.at("]"):
            items.append(self.expression())
            if len(items) == 1 and self.accept(".."):
                return self._range(token, items[0], low_closed=True)
            if not self.accept(","):
                break
            if self.at("]"):
                self.expected_value()
        self.expect("]", "to close the list")
        return ListOf(token.at, tuple(items))

    def _open_range(self, token: Token) -> Node:
        low = self.expression(ADD)
        self.expect("..", "between the ends of the range")
        return self._range(token, low, low_closed=False)

    def _range(self, token: Token, low: Node, *, low_closed: bool) -> Node:
        self.closing_bound = True
        high = self.expression(ADD)
        self.closing_bound = False
        if not self.at(")", "]", "["):
            self.fail("I expected `]` or `)` to close the range")
        return RangeOf(token.at, low, high, low_closed, self.take().text == "]")

    def _context(self, token: Token) -> Node:
        keys: list[str] = []
        values: list[Node] = []
        while not self.at("}"):
            keys.append(self._key())
            if keys[-1] in keys[:-1]:
                self.doubt(f"`{keys[-1]}` is given twice.", self.token.at)
            self.expect(":", "after the name of the entry")
            values.append(self.expression())
            if not self.accept(","):
                break
            if self.at("}"):
                self.fail("I expected another entry after `,`")
        self.expect("}", "to close the context")
        if len(set(keys)) < len(keys):
            return Literal(token.at, None)
        return ContextOf(token.at, tuple(keys), tuple(values))

    def _key(self) -> str:
        if self.token.kind == "text":
            return unescape(self.take().text)
        return self._declared(":", "the name of an entry")

    def _temporal(self, token: Token) -> Node:
        if self.token.kind != "text":
            self.fail("I expected a date, time or duration in double quotes after `@`")
        value = from_literal(unescape(self.token.text))
        if value is None:
            self.doubt(f"{self.token.text} is not a date, time or duration I know.", self.token.at)
        self.take()
        return Literal(token.at, value)

    def _lambda(self, token: Token) -> Node:
        self.expect("(", "after `function`")
        names: list[str] = []
        types: list[Type | None] = []
        while not self.at(")"):
            at = self.token.at
            if self.token.kind != "name":
                self.fail("I expected the name of a parameter")
            names.append(self.name())
            self.known.add(names[-1])
            types.append(self.type() if self.accept(":") else None)
            if names[-1] in names[:-1]:
                self.refuse(f"`{names[-1]}` is given twice.", at)
            if not self.accept(","):
                break
        self.expect(")", "after the parameters")
        if self.at("external"):
            self.refuse("Functions written in another language are refused.", self.token.at)
        return Lambda(token.at, tuple(names), tuple(types), self.expression())

    def type(self) -> Type:
        """Take a type: `number`, `date and time`, `list<text>`, `context<name: string>`."""
        self.deeper()
        words: list[str] = []
        while self.token.kind == "name" or self.at("and", "function", "null"):
            words.append(self.take().text)
        if not words:
            self.fail("I expected the name of a type")
        name = " ".join(words)
        while self.accept("."):
            name += "." + self.name()
        of, members = self._type_parts(name)
        if name == "function" and self.accept("->"):
            of.append(self.type())
        self.depth -= 1
        return self.types.get(name) or Type(name, tuple(of), tuple(members))

    def _type_parts(self, name: str) -> tuple[list[Type], list[str]]:
        of: list[Type] = []
        members: list[str] = []
        if not self.accept("<"):
            return of, members
        while not self.at(">"):
            if name == "context":
                members.append(self._declared(":", "the name of an entry"))
                self.expect(":", "after the name of the entry")
            of.append(self.type())
            if not self.accept(","):
                break
        self.expect(">", "to close the type")
        return of, members
