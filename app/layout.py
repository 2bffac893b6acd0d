"""What a page shows of a form: each question with its posted name, and what is kept out of sight.

About several children, what is asked of one alone stands below what is common, with their name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app import formats
from forms import Component
from forms.components import GROUP, IF_DIFFERENT, LIST, TEXT, first_key

if TYPE_CHECKING:
    from app.filled import Filled


@dataclass(frozen=True)
class Differs:
    """A box to tick when a part of the form is not the same for a child."""

    value: str
    child: str
    is_ticked: bool


@dataclass(frozen=True)
class Asked:
    """A part of a form as it stands on the page: a question, a text, a list or a group."""

    component: Component
    name: str = ""  # as it is posted
    whose: str = ""  # the children it is asked about, if not about all
    typed: Any = None
    is_conditional: bool = False
    is_alone: bool = False  # of a brother or sister of the page's own child
    parts: Sequence[Asked] = ()
    rows: Sequence[Sequence[Asked]] = ()
    differs: Sequence[Differs] = ()

    def questions(self) -> Iterator[Asked]:
        """Go through the questions, a list being one, that stand here."""
        if self.component.type == GROUP:
            for each in self.parts:
                yield from each.questions()
        elif self.name:
            yield self

    @property
    def address(self) -> str:
        """The place on the page: where its first field is."""
        has_parts = self.component.type in ("date", "datetime")
        return f"#{self.name}-day" if has_parts else f"#{self.name}"


@dataclass
class Layout:
    """A form laid out for the children it is filled in for, the page's own first."""

    filled: Sequence[Filled]
    was_sent: bool
    names: set[str] = field(default_factory=set)  # of the questions that stand on the page
    parts: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = list(self._parts(self.filled[0].form.components, self.filled, "", False))

    def questions(self) -> Iterator[Asked]:
        for each in self.parts:
            yield from each.questions()

    def differs(self) -> Iterator[Differs]:
        """Go through the boxes that stand on the page."""
        parts = list(self.parts)
        while parts:
            part = parts.pop()
            parts += part.parts
            yield from part.differs

    def kept(self) -> Iterator[tuple[str, str]]:
        """Go through what was typed for questions that do not stand on the page now."""
        for filled in self.filled:
            for key, typed in filled.typed.items():
                question = filled.question(key)
                if filled.mark and key not in filled.own:
                    continue  # it is the page's own child's, too
                for name, posted, text in pairs(question, filled.name(key), typed):
                    if name not in self.names:
                        yield posted, text

    def _parts(
        self, components: Iterable[Component], filled: Sequence[Filled], whose: str, depends: bool
    ) -> Iterator[Asked]:
        for each in components:
            apart = [one for one in filled[1:] if one.is_asked_alone(each)]
            alike = [one for one in filled if one not in apart]
            for about in (alike, *([one] for one in apart)):
                said = formats.listed([one.child.name for one in about]) if apart else whose
                asked = self._asked(each, about, said, depends or each.hide is not None)
                if asked:
                    yield asked

    def _asked(
        self, each: Component, about: Sequence[Filled], whose: str, depends: bool
    ) -> Asked | None:
        first = about[0]
        if all(each.is_hidden(one.context) for one in about):
            return None
        differs = self._differs(each) if first is self.filled[0] else ()
        if each.type == TEXT:
            return Asked(each)
        if each.type == GROUP:
            inner = list(self._parts(each.components, about, whose, depends))
            return Asked(each, whose=whose, parts=inner, differs=differs)
        asked = self._question(each, first, first.name(each.key), first.typed.get(each.key))
        return Asked(
            each, asked.name, whose, asked.typed, depends, bool(first.mark), (), asked.rows, differs
        )

    def _question(self, each: Component, filled: Filled, name: str, typed: Any) -> Asked:
        if each.type != LIST:
            self.names.add(name)
            return Asked(each, name, typed=typed)
        self.names.add(name)
        shown = typed or ([] if self.was_sent else [{} for _ in range(each.rows)])
        rows = [
            list(self._row(each.components, filled, filled.row_context(each, row), row, prefix))
            for row, prefix in ((row, f"{name}-{at}-") for at, row in enumerate(shown))
        ]
        return Asked(each, name, typed=typed, rows=rows)

    def _row(
        self,
        components: Iterable[Component],
        filled: Filled,
        context: Mapping[str, Any],
        row: Mapping[str, Any],
        prefix: str,
    ) -> Iterator[Asked]:
        for each in components:
            if each.is_hidden(context):
                continue
            if each.type == TEXT:
                yield Asked(each)
            elif each.type == GROUP:
                inner = list(self._row(each.components, filled, context, row, prefix))
                yield Asked(each, parts=inner)
            else:
                yield self._question(each, filled, prefix + each.key, row.get(each.key))

    def _differs(self, part: Component) -> list[Differs]:
        """Return the boxes to say for which brothers and sisters a part differs."""
        if part.each != IF_DIFFERENT:
            return []
        key = first_key(part)
        others = self.filled[1:]
        return [
            Differs(other.mark + key, other.child.name, key in other.differing) for other in others
        ]


def pairs(question: Component, name: str, typed: Any) -> Iterator[tuple[str, str, str]]:
    """Go through what was typed for a question: its name, each posted name, and the text."""
    if question.type == LIST:
        for at, row in enumerate(typed or []):
            for each in question.questions():
                yield from pairs(each, f"{name}-{at}-{each.key}", row.get(each.key))
    elif isinstance(typed, Mapping):
        yield from ((name, f"{name}-{part}", text) for part, text in typed.items() if text)
    elif isinstance(typed, list):
        yield from ((name, name, text) for text in typed if text)
    elif typed:
        yield name, name, typed
