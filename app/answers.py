"""A form on a page: what is asked, what was typed, what is wrong with it, rows added or removed.

It is filled in for one child, or for brothers and sisters at once: what is common is written once.
Everything works without JavaScript: “Add another” and “Show further questions” are buttons that
send the form and get it back with everything typed in it. Nothing is saved until it is all right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app import formats, uploads
from app.alongside import Alongside
from app.carried import Source
from app.earlier import Earlier
from app.filled import Child, Filled, head, mark_of, parted
from app.layout import Layout
from forms import Component, Form
from forms.children import may_differ, offering, own_keys, rows_for
from forms.components import FILES, first_key, questions
from forms.fields import is_blank
from processes.sending_back import SentBack
from processes.signing import Refusal

# Names that no question can have, because a key begins with a letter.
BUTTON, SHOWN, ROW, CHILD, DIFFERS = "_button", "_shown", "_row", "_child", "_differs"


@dataclass(frozen=True)
class Wrong:
    """One line of the error summary, and the place on this page or another that it leads to."""

    says: str
    address: str
    elsewhere: bool = False


class Sheet:
    """A form as one page shows it, for one child or for several: `others` are brothers and sisters
    whom it may be about too; `names` are those of all the children whom its rows may be for, if
    there are more.
    """

    def __init__(
        self,
        form: Form,
        child: Child,
        *,
        others: Sequence[Child] = (),
        names: Sequence[str] = (),
    ) -> None:
        offered = names or [child.name, *(each.name for each in others)]
        self.form = offering(form, offered) if others or names else form
        self.others = others
        self.was_sent = self.was_pressed = False
        self.errors: dict[str, str] = {}
        self.appeared: list[Wrong] = []
        self.refused: list[Wrong] = []
        self.gone: list[int] = []
        self.earlier: dict[str, list[Earlier]] = {}  # records that stand beside the form's texts
        self.alongside: Alongside | None = None  # what else does
        self.sources: dict[str, Source] = {}  # by posted name, of answers that were taken over
        self._first = Filled(self.form, child)
        self._fill(others, MultiDict())

    @property
    def typed(self) -> dict[str, Any]:
        return self._first.typed

    @property
    def filled(self) -> list[Filled]:
        """The children it is filled in for, the page's own first."""
        return self._filled

    @property
    def chosen(self) -> set[int]:
        return {each.child.case_id for each in self._filled[1:]}

    @property
    def sent_back(self) -> list[tuple[SentBack, list[str]]]:
        """Why the step was sent back, each reason once, with the children it was given for."""
        found: dict[tuple[object, ...], tuple[SentBack, list[str]]] = {}
        for child in (each.child for each in self._filled):
            if back := child.begun.sent_back:
                _, names = found.setdefault((back.by, back.at, back.why), (back, []))
                names.append(child.name)
        return list(found.values())

    @property
    def layout(self) -> Layout:
        return Layout(self._filled, self.was_sent)

    def kept(self) -> list[tuple[str, str]]:
        """Return what is posted again unseen, so that nothing typed is lost."""
        layout = self.layout
        offered = {each.value for each in layout.differs()}
        unshown = [
            (name, text) for name, text in self._unshown if name != DIFFERS or text not in offered
        ]
        return [*layout.kept(), *unshown]

    def show(self, typed: dict[str, Any]) -> None:
        """Show this instead of what the page begins with; nothing in it is called wrong yet."""
        self._first.show(typed)
        self._fill(self.others, MultiDict())

    def resume(self, posted: MultiDict[str, str]) -> None:
        """Show what was posted, or kept as a draft of it; nothing in it is called wrong yet."""
        self.was_sent = True
        self._first.show(self._first.form.typed(self._first.posted(posted)))
        chosen = posted.getlist(CHILD)
        numbers = [each for each in chosen if each.isdecimal() and len(each) < 10]
        self.gone = [int(each) for each in numbers if not self._offers(each)]
        self._fill([each for each in self.others if str(each.case_id) in chosen], posted)

    def read(self, posted: MultiDict[str, str]) -> dict[str, Any] | None:
        """Return the answers, or None when the page is to be shown again."""
        read = self.read_all(posted)
        return read[0] if read else None

    def read_all(self, posted: MultiDict[str, str]) -> list[dict[str, Any]] | None:
        """Return the answers for each child, or None when the page is to be shown again."""
        self.resume(posted)
        self.errors.update(uploads.refused(self._names()))
        button = posted.get(BUTTON, "")
        if button:
            self.was_pressed = True
            action, _, name = button.partition(" ")
            for each in self._filled:
                each.press(action, name)
            return None
        shown = set(posted.getlist(SHOWN))
        if not shown.issuperset(
            each.name(key) for each in self._filled for key in each.read.values
        ):
            self.appeared = list(_new(self.layout, shown))
        unseen = {each.address for each in self.appeared}
        values = []
        for each in self._filled:
            values.append(rows_for(self.form, each.read.values, each.child.name))
            whose = f"{each.child.name}: " if each.mark else ""
            for plain, says in each.read.errors.items():
                name = each.name(plain)
                if self.address(name) not in unseen:
                    self.errors.setdefault(name, (whose if name != plain else "") + says)
        return None if self.errors or self.appeared or self.gone else values

    def refuse(self, refusals: Iterable[Refusal], places: Mapping[tuple[int, str], str]) -> None:
        """Say why a record cannot be signed, each at its question, here or in another record.

        `places` are by case and question. What holds for all the children is said once.
        """
        of_case = {each.child.case_id: each for each in self._filled[1:]}
        about: dict[tuple[str, str], list[tuple[int, Filled]]] = {}
        for each in refusals:
            filled = of_case.get(each.case_id, self._first)
            name = filled.name(each.question)
            about.setdefault((name, each.says), []).append((each.case_id, filled))
        for (name, says), found in about.items():
            whose = formats.listed([filled.child.name for _, filled in found])
            if len(found) < len(self._filled):
                says = f"{whose}: {says}"
            if head(parted(name)[1]) in self.form.keys:
                self.errors[name] = says
            else:
                self.refused.append(Wrong(says, places.get((found[0][0], name), ""), True))

    @property
    def problems(self) -> list[Wrong]:
        """Return the lines of the error summary, in the order of the questions."""
        wrong = [Wrong(says, self.address(name)) for name, says in self.errors.items()]
        return [*wrong, *self.refused, *self.appeared]

    @property
    def takes_files(self) -> bool:
        return any(each.type == FILES for each in questions(self.form.components))

    @property
    def has_conditions(self) -> bool:
        """Say whether some questions depend on answers to others on this page."""
        own = set(self.form.keys)
        return any(each.hide.names & own for each in _all(self.form.components) if each.hide)

    def address(self, name: str) -> str:
        """Return the place on the page of what is posted under a name."""
        question = _find(self.form.components, parted(name)[1])
        parts = question and question.type in ("date", "datetime")
        return f"#{name}-day" if parts else f"#{name}"

    def _fill(self, children: Iterable[Child], posted: MultiDict[str, str]) -> None:
        """Fill the form in for each of the children; what is common is the first one's."""
        self._filled = [self._first, *(self._filled_for(each, posted) for each in children)]
        marks = {each.mark: each.own for each in self._filled[1:]}
        self._unshown = []
        for name, text in posted.items(multi=True):
            mark, plain = parted(name)
            is_shown = not mark or head(plain) in marks.get(mark, ())
            if not is_shown or name == DIFFERS:
                self._unshown.append((name, text))

    def _filled_for(self, child: Child, posted: MultiDict[str, str]) -> Filled:
        filled = Filled(self.form, child, mark_of(child.case_id))
        if self.was_sent:
            ticked = posted.getlist(DIFFERS)
            filled.set_differing(
                each.removeprefix(filled.mark) for each in ticked if each.startswith(filled.mark)
            )
        else:
            filled.set_differing(_differing(self.form, self._first.child, child))
        always, begun = own_keys(self.form, ()), filled.begins_with()
        given, shown = self.form.typed(filled.posted(posted)), set(posted.getlist(SHOWN))
        typed = dict(self._first.typed)
        for key in filled.own:
            is_new = is_blank(given[key]) and filled.name(key) not in shown
            of_child = key in always or not self.was_sent
            begins = begun[key] if of_child else deepcopy(self._first.typed[key])
            typed[key] = begins if is_new else given[key]
        filled.show(typed)
        return filled

    def _names(self) -> Iterator[str]:
        for each in self.layout.questions():
            yield each.name

    def _offers(self, case_id: str) -> bool:
        return case_id in [str(each.case_id) for each in self.others]


def _new(layout: Layout, shown: set[str]) -> Iterator[Wrong]:
    """Find the questions that the answers call for and the page that was sent did not ask.

    What is newly asked of a brother or sister alone is told by its first question.
    """
    for part in layout.parts:
        new = [each for each in part.questions() if each.name not in shown]
        alone = [each for each in new if each.is_alone]
        for each in alone[:1]:
            title = part.component.label or each.component.label
            yield Wrong(f"{each.whose}: {title}", each.address)
        for each in new:
            if each.is_conditional and not each.is_alone and is_blank(each.typed):
                yield Wrong(each.component.label, each.address)


def _differing(form: Form, first: Child, child: Child) -> list[str]:
    """Return the parts of which something else is known of a child than of the first one."""
    return [
        first_key(part)
        for part in may_differ(form)
        if any(
            first.begun.answers.get(each.key) != child.begun.answers.get(each.key)
            for each in questions([part])
        )
    ]


def _all(components: Iterable[Component]) -> Iterator[Component]:
    for each in components:
        yield each
        if each.type == "group":
            yield from _all(each.components)


def _find(components: Iterable[Component], name: str) -> Component | None:
    """Return the question that a posted name is for, within a row too."""
    for question in (each for each in _all(components) if each.key):
        if question.key == name:
            return question
        row, _, key = name.removeprefix(f"{question.key}-").partition("-")
        if question.type == "dynamiclist" and row.isdigit():
            inner = _find(question.components, key)
            if inner:
                return inner
    return None
