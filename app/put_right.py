"""The page on which a record is put right, for one child or for all it was written for at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import standing
from app.answers import Sheet
from app.drafts import posted
from app.filled import Begun, Child
from app.guard import look, may_revise
from forms import Form
from forms.children import offers_children
from forms.fields import is_blank
from processes import carrying, drafts, known, records, together
from processes.facts import Facts
from processes.library import Procedure
from processes.models import Case, Draft, Fact, Record

TYPED = "typed"  # in an address: the draft of a task's page to go on with


class Written:
    """A record to be put right, and those of brothers and sisters that were written with it."""

    def __init__(self, database: Session, record: Record, case: Case, procedure: Procedure) -> None:
        self.record, self._database, self._procedure = record, database, procedure
        family = {each.id: each for each in case.family_group.cases}
        with_it = [
            each for each in together.written_with(database, record) if each.case_id in family
        ]
        seen = [each for each in with_it if look(family[each.case_id]).shows(each)]
        mine = [each for each in seen if may_revise(each, procedure)]
        everybody = sorted({each.case_id for each in (record, *with_it)})
        self._by_case = {each.case_id: each for each in (record, *mine)}
        form = procedure.forms[record.element]
        self._lists = _offering_children(form)
        others = [self._child(each, family[each.case_id], {}) for each in mine]
        self.sheet = Sheet(
            form,
            self._child(record, case, self._rows() if others else {}),
            others=others,
            names=[family[each].child_name for each in everybody] if with_it else (),
        )

    def changed(self, given: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
        """Return what is changed of which record, by its number, as the page was filled in.

        What is common counts where it differs from what the page's own record says: what has been
        put right for one of the others alone stays. A record of theirs that stays as it is, is not
        among them.
        """
        found: dict[int, Mapping[str, Any]] = {}
        for filled, answers in zip(self.sheet.filled, given, strict=True):
            record = self._by_case[filled.child.case_id]
            every = {**dict.fromkeys(record.answers), **answers}  # what is hidden now is no answer
            if record is not self.record:
                own = filled.own | self._lists
                common = self.record.answers
                every = {k: v for k, v in every.items() if k in own or v != common.get(k)}
                every = {**record.answers, **every}
            if record is self.record or records.changes(record, every):
                found[record.id] = every
        return found

    def adds(self, posted: MultiDict[str, str]) -> bool:
        """Say whether a page of the record's task says anything that is not recorded already."""
        given = self.sheet.read_all(posted)
        written = {each.id: each for each in self._by_case.values()}
        return given is None or any(
            records.changes(written[number], every) for number, every in self.changed(given).items()
        )

    def go_on(self) -> None:
        """Show what was typed on the page of the record's task, over what is recorded."""
        draft = self._typed()
        if draft is None:
            return
        form, answers = self.sheet.form, self.record.answers
        typed, recorded = form.typed(posted(draft)), form.fill(answers)
        begun = form.fill(self._begun())
        self.sheet.show(
            {
                key: recorded[key] if is_blank(each) or each == begun[key] else each
                for key, each in typed.items()
            }
        )

    def _child(self, record: Record, case: Case, rows: Mapping[str, Any]) -> Child:
        facts = standing.context(self._database, case.id, (record.scope, record.number))
        begun = Begun({**record.answers, **rows})
        return Child(facts, case.child_name, case.id, lambda: begun)

    def _rows(self) -> dict[str, list[Any]]:
        """Return the rows that say which children they are for, of all the children's records."""
        rows: dict[str, list[Any]] = {}
        for record in self._by_case.values():
            for key in self._lists:
                kept = rows.setdefault(key, [])
                kept += [each for each in record.answers.get(key) or [] if each not in kept]
        return rows

    def _typed(self) -> Draft | None:
        keys = {self.record.task_key, self.record.anew_key} - {None}
        places = [url_for("tasks.complete", key=key) for key in keys]
        mine = (drafts.of_place(self._database, g.person.id, place) for place in places)
        asked = request.args.get(TYPED)
        return next((each for of in mine for each in of if str(each.id) == asked), None)

    def _begun(self) -> dict[str, Any]:
        """Return what the task's page began with, before anybody completed it."""
        first = records.editions(self._database, self.record)[0]
        columns = Fact.scope, Fact.number, Fact.name, Fact.value, Fact.record_id
        before = select(*columns).where(Fact.case_id == first.case_id).order_by(Fact.id)
        facts = Facts(
            row.tuple()
            for row in self._database.execute(before.where(Fact.recorded_at < first.recorded_at))
        )
        forms, task = self._procedure.forms, first.element
        named = carrying.tasks_named(forms[task], carrying.FROM)
        written = known.read(self._database, first.case_id, named)
        earlier = [each for each in written if each.id < first.id]
        scope = first.scope, first.number
        carried = carrying.forward(forms, task, earlier, scope, facts)
        return {key: each.value for key, each in carried.items()}


def _offering_children(form: Form) -> frozenset[str]:
    """Return the lists whose rows say which children they are for."""

    def keys() -> Iterator[str]:
        for question in form.questions():
            if any(offers_children(each) for each in question.questions()):
                yield question.key

    return frozenset(keys())
