"""A task's page for brothers and sisters at the same step: written once for all chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import g, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import MultiDict

from app import answers, formats, standing
from app.filled import Begun, Child, head, mark_of, parted
from app.guard import look
from processes import copies, library, records, together
from processes.facts import CASE, Scope
from processes.library import Procedure
from processes.loaded import LoadedCase
from processes.models import Case, Record, Task
from processes.taking import read_facts


def tasks(database: Session, task: Task) -> dict[int, Task]:
    """Return the open tasks that a task's page may complete, by their cases, its own first."""
    others = together.same_step(database, task, g.person.roles)
    found = [task, *(each for each in others if not look(each.case).is_subject)]
    return {each.case_id: each for each in found}


def load(
    database: Session, offered: Mapping[int, Task], posted: MultiDict[str, str]
) -> dict[str, LoadedCase]:
    """Lock and load the cases that a page was sent for, by the tasks' keys: its own first, and
    those chosen with it.
    """
    chosen = posted.getlist(answers.CHILD)
    keys = [
        each.key
        for at, each in enumerate(offered.values())
        if not at or str(each.case_id) in chosen
    ]
    return together.load(database, keys, by=g.person, now=g.now)


def sheet(
    database: Session, offered: Mapping[int, Task], loaded: Mapping[str, LoadedCase] | None = None
) -> answers.Sheet:
    """Return the form as the page of these tasks shows it, from what is loaded already.

    What is known of a child already is not asked for again: it stands there to be confirmed.
    """
    loaded = loaded or {}
    task = next(iter(offered.values()))
    form = library.procedure_of(task.case.version).forms[task.element]
    first, *others = [_child(database, each, loaded.get(each.key)) for each in offered.values()]
    return answers.Sheet(form, first, others=others)


def tell_gone(database: Session, shown: answers.Sheet, task: Task) -> None:
    """Say of each child who was chosen and whose step is not open any more who completed it."""
    same = Record.process == task.process, Record.element == task.element
    found = database.scalars(
        select(Record)
        .where(Record.case_id.in_(shown.gone), *same)
        .options(joinedload(Record.recorded_by))
        .order_by(Record.id)
    )
    gone = {record.case_id: record for record in found}
    for case_id in shown.gone:
        case, record = database.get(Case, case_id), gone.get(case_id)
        if case is not None and case.family_group_id == task.case.family_group_id:
            shown.refused.append(_gone(case, record))


def heir(
    database: Session, record: Record, posted: MultiDict[str, str]
) -> tuple[Task, MultiDict[str, str]] | None:
    """Return the open task of the next child chosen, and what was posted as if on its page.

    It is for a page whose own child's step was completed meanwhile: the others still wait. The one
    for whom least differs goes first, so that what is common stays so.
    """
    own = select(Case.family_group_id).where(Case.id == record.case_id).scalar_subquery()
    family = select(Case.id).where(Case.family_group_id == own)
    same = Task.process == record.process, Task.element == record.element
    found = select(Task).where(Task.case_id.in_(family), *same)
    chosen = posted.getlist(answers.CHILD)
    waiting = database.scalars(found.order_by(Task.case_id, Task.key))
    tasks = [each for each in waiting if str(each.case_id) in chosen]
    marks = [parted(each)[0] for each in posted.getlist(answers.DIFFERS)]
    task = min(tasks, key=lambda each: marks.count(mark_of(each.case_id)), default=None)
    return (task, handed_over(posted, record.case_id, task.case_id)) if task else None


def handed_over(posted: MultiDict[str, str], was: int, now: int) -> MultiDict[str, str]:
    """Rename what was posted on one child's page as another child's page posts it."""
    names = [parted(name) for name in [*posted, *posted.getlist(answers.SHOWN)]]
    own = {head(plain) for mark, plain in names if mark == mark_of(now)}

    def renamed(name: str) -> str:
        mark, plain = parted(name)
        if mark == mark_of(now):
            return plain
        return mark_of(was) + name if not mark and head(name) in own else name

    moved: MultiDict[str, str] = MultiDict()
    for name, text in posted.items(multi=True):
        if name == answers.SHOWN:
            moved.add(name, renamed(text))
        elif name == answers.CHILD:
            moved.add(name, str(was) if text == str(now) else text)
        else:
            moved.add(renamed(name), text)
    return moved


def places(
    database: Session, keys: Iterable[str], procedure: Procedure
) -> dict[tuple[int, str], str]:
    """Return where an answer of an earlier record of the same discussion or enquiry, or of the same
    stage of the case, can be changed, by case and question.
    """
    tasks = database.scalars(select(Task).where(Task.key.in_(keys)).order_by(Task.key)).all()
    return {
        (task.case_id, key): url_for("records.revise", record_id=record.id, _anchor=key)
        for task in tasks
        for scope in [standing.scope(database, task)]
        for record in standing.records(database, task.case_id)
        if _belongs(record, task, scope)
        for key in procedure.forms[record.element].keys
    }


def _belongs(record: Record, task: Task, scope: Scope) -> bool:
    if scope != CASE:
        return (record.scope, record.number) == scope
    return (record.instance_id, record.stage) == (task.instance_id, task.stage)


def about(shown: answers.Sheet) -> str:
    """Say for whom something was saved, when it was for several children."""
    names = [each.child.name for each in shown.filled]
    return f", for {formats.listed(names)}" if len(names) > 1 else ""


def _child(database: Session, task: Task, loaded: LoadedCase | None) -> Child:
    case = task.case
    procedure = library.procedure_of(case.version)
    if loaded is not None:
        task, facts = loaded.tasks[task.key], loaded.facts  # they outlast a rollback
        scope = standing.scope_in(loaded.instances[task.instance_id].stages, task)
    else:
        facts = read_facts(database, task.case_id)
        scope = standing.scope(database, task)

    def begin() -> Begun:
        known, sent_back = records.carried_into(
            database, procedure.forms, task, scope, facts, loaded
        )
        begins = {key: each.value for key, each in known.items()}
        begins |= copies.begin_with(database, task.case_id, procedure, task.element, scope, facts)
        return Begun(begins, known, sent_back)

    return Child(facts.context(scope), case.child_name, task.case_id, begin)


def _gone(case: Case, record: Record | None) -> answers.Wrong:
    if record is None:
        says = f"{case.child_name}: this step is not open any more."
        return answers.Wrong(f"{says} Save to go on with the others.", "")
    when = formats.moment(record.recorded_at, g.now)
    says = f"{case.child_name}: {record.recorded_by.name} completed this {when}."
    address = url_for("records.show", record_id=record.id)
    return answers.Wrong(f"{says} Save to go on with the others.", address, elsewhere=True)
