"""Tells people of what is new in their cases: a sweep, as that of the timers.

The rows that were not told of yet are the truth: open tasks and fired timers without `told_at`. A
sweep takes each case in a transaction of its own, under the case's lock, writes a message for
everyone concerned and `told_at`. So completing a task costs nothing for it, nobody is told of a
task that was completed first, and however many sweeps there are, each thing is told once.

Outside office hours what cannot wait also reaches the out-of-hours team, at once; what was open
when the office closed reaches it then. Mail about anything else waits for the next start of work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, exists, func, select, union_all
from sqlalchemy.orm import Session, sessionmaker

from processes import audience, library, messages, sweep, taking, timetable
from processes.deadlines import Deadline
from processes.messages import Kind
from processes.models import Case, Incident, Message, Person, ProcedureVersion, Task, Timer
from processes.office import CANNOT_WAIT
from processes.roles import MANAGERS, OUT_OF_HOURS

SWEEP_CASES = 500
_OF_A_TIMER = {
    timetable.REMIND: messages.DEADLINE_NEAR,
    timetable.ESCALATE: messages.DEADLINE_PASSED_ON,
    timetable.PASSED: messages.DEADLINE_PASSED,
}


def tell_cases(sessions: sessionmaker[Session], case_ids: Iterable[int], now: datetime) -> int:
    """Tell people of what is new in these cases, each in a transaction of its own."""
    return sweep.one_by_one(sessions, case_ids, tell_case, now).count


def untold_cases(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the cases with something to tell of, and no open incident."""
    found = [*_untold(session, now, limit), *_left_at_closing(session, now)]
    return list(dict.fromkeys(found))[:limit]


def tell_case(session: Session, case_id: int, now: datetime) -> int:
    """Tell people of what is new in one case; return how many messages that was."""
    taking.lock(session, case_id, skip_locked=True)
    case = session.get_one(Case, case_id)
    telling = Telling(session, case, now)
    for task in telling.tasks:
        telling.tell_of_task(task)
    for timer in telling.fired:
        telling.tell_of_timer(timer)
    return telling.save()


class Telling:
    """What is new in one case, locked, and the messages about it."""

    def __init__(self, session: Session, case: Case, now: datetime) -> None:
        self._session, self._case, self._now = session, case, now
        self._procedure = library.procedure_of(case.version)
        self._is_open = self._procedure.office.is_open(now)
        of_case = select(Task).where(Task.case_id == case.id).order_by(Task.key)
        self.tasks = session.scalars(of_case).all()
        timers = session.scalars(
            select(Timer)
            .where(Timer.case_id == case.id, Timer.told_at.is_(None))
            .order_by(Timer.id)
        ).all()
        self.fired = [each for each in timers if each.fired_at]
        self._drawn = [each for each in timers if not each.fired_at and each.activity]
        self._deadlines = self._procedure.deadlines(taking.read_facts(session, case.id), now)
        roles = {role for task in self.tasks for role in task.roles}
        self._audience = audience.of_case(session, case, {*roles, OUT_OF_HOURS, *MANAGERS}, now)
        known = select(Message.kind, Message.about_key, Message.recipient)
        self._told = {
            (kind, key, recipient)
            for kind, key, recipient in session.execute(known.where(Message.case_id == case.id))
        }
        self._messages: list[Message] = []

    def tell_of_task(self, task: Task) -> None:
        """Tell of a task that is new, or that cannot wait and was left when the office closed."""
        is_new = task.told_at is None
        deadline = self._deadline_of(task)
        waits = task.due_unit not in CANNOT_WAIT
        is_left = not waits and not self._is_open and OUT_OF_HOURS in task.roles
        if not is_new and not is_left:
            return
        said = self._procedure.tells_as(task.element)
        kind = messages.KINDS[said] if said else messages.TEAM_TASK
        says = {"what": task.name, "task": task.key}
        if is_left:
            self._tell_night(kind, task.key, says, deadline)
        for person in self._audience.of_task(task) if is_new else ():
            key, is_theirs = task.key, person.id == task.assignee_id
            if is_theirs and not said:
                kind = messages.TASK_GIVEN
            while is_theirs and (kind.id, key, person.email) in self._told:
                key += " again"  # given to the same person once more, it is news
            self._tell(kind, key, [person], says, deadline, waits=waits)
        task.told_at = self._now

    def tell_of_timer(self, timer: Timer) -> None:
        """Tell that a timer fired, unless what it is about was done or said otherwise meanwhile."""
        timer.told_at = self._now
        deadline = next((each for each in self._deadlines if self._is_of(timer, each)), None)
        if deadline is None or deadline.until_at is not None or self._is_overtaken(timer, deadline):
            return
        kind, key = _OF_A_TIMER[timer.kind], f"timer {timer.id}"
        holding = [task for task in self.tasks if self._is_drawn_on(timer, task)]
        people = [person for task in holding for person in self._audience.of_task(task)]
        if timer.kind == timetable.ESCALATE or not people:
            people = self._audience.managers(holding)
        says = {"what": deadline.name, "task": holding[0].key if len(holding) == 1 else None}
        waits = deadline.unit not in CANNOT_WAIT
        if not waits and not self._is_open:
            self._tell_night(kind, key, says, deadline)
        self._tell(kind, key, people, says, deadline, waits=waits)

    def save(self) -> int:
        """Write the messages, and that people were told, with the session's next flush."""
        self._session.add_all(self._messages)
        return len(self._messages)

    def _tell_night(
        self, kind: Kind, key: str, says: dict[str, Any], deadline: Deadline | None
    ) -> None:
        """Tell the out-of-hours team, by mail whatever each of it chose."""
        night = self._audience.out_of_hours()
        self._tell(kind, key, night, says, deadline, waits=False, always_mail=True)

    def _tell(
        self,
        kind: Kind,
        key: str,
        people: Iterable[Person],
        says: dict[str, Any],
        deadline: Deadline | None,
        *,
        waits: bool,
        always_mail: bool = False,
    ) -> None:
        now = self._now
        how = {"told_at": now, "mail_at": self._procedure.office.next_open(now) if waits else now}
        for person in people:
            if (kind.id, key, person.email) not in self._told:
                self._told.add((kind.id, key, person.email))
                self._messages.append(
                    messages.write(
                        self._procedure, self._case, kind, key, person, says,
                        deadline=deadline, always_mail=always_mail, **how,
                    )
                )  # fmt: skip

    def _deadline_of(self, task: Task) -> Deadline | None:
        due = task.due_rule, task.due_at
        return next((each for each in self._deadlines if (each.rule, each.passes_at) == due), None)

    def _is_of(self, timer: Timer, deadline: Deadline) -> bool:
        duty = deadline.rule, deadline.scope, deadline.number
        return duty == (timer.rule, timer.scope, timer.number)

    def _is_overtaken(self, timer: Timer, deadline: Deadline) -> bool:
        """Say whether a later moment of the same deadline is told of just now, too."""
        if timer.kind == timetable.REMIND and deadline.state == "missed":
            return True
        later = (each for each in self.fired if each.id > timer.id and each.kind == timer.kind)
        return any(self._is_of(each, deadline) for each in later)

    def _is_drawn_on(self, timer: Timer, task: Task) -> bool:
        """Say whether a timer of the same rule is drawn on a task, or on its stage."""
        drawn = {each.activity for each in self._drawn if each.rule == timer.rule}
        return task.key in drawn or task.stage in drawn or task.due_rule == timer.rule


def _untold(session: Session, now: datetime, limit: int) -> list[int]:
    tasks = select(Task.case_id).where(Task.told_at.is_(None))
    fired = select(Timer.case_id).where(Timer.told_at.is_(None), Timer.fired_at <= now)
    untold = union_all(tasks, fired).subquery()
    stopped = exists().where(Incident.case_id == untold.c.case_id, Incident.is_open)
    found = select(untold.c.case_id).where(~stopped).distinct().order_by(untold.c.case_id)
    return list(session.scalars(found.limit(limit)))


def _left_at_closing(session: Session, now: datetime) -> list[int]:
    """Return the cases with an open task that cannot wait, told of before its office closed."""
    for_them = cast(Task.roles, Text).contains(f'"{OUT_OF_HOURS}"', autoescape=True)
    stopped = exists().where(Incident.case_id == Task.case_id, Incident.is_open)
    told = session.execute(
        select(Task.case_id, Case.version_id, func.min(Task.told_at))
        .join(Case, Case.id == Task.case_id)
        .where(Task.due_unit.in_(CANNOT_WAIT), for_them, ~stopped)
        .group_by(Task.case_id, Case.version_id)
        .order_by(Task.case_id)
    ).all()
    if not told:
        return []
    ids = {version_id for _, version_id, _ in told}
    versions = session.scalars(select(ProcedureVersion).where(ProcedureVersion.id.in_(ids)))
    offices = {each.id: library.procedure_of(each).office for each in versions}
    closed = {
        each: office.last_closed(now) for each, office in offices.items() if not office.is_open(now)
    }
    return [case_id for case_id, v, at in told if at and v in closed and at < closed[v]]
