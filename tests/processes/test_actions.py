"""What was agreed becomes actions: one row for each child, in step with the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from processes import actions, cases, together
from processes.models import Action, HistoryEntry, Record
from tests.processes.conftest import Pathway
from tests.processes.test_together import keys, screened

BAIL = {
    "action": "Set bail conditions", "agency": "police", "person": "Det Sgt Boateng",
    "due_on": date(2026, 12, 4),
}  # fmt: skip
VISIT = {**BAIL, "action": "Visit at home", "agency": "social_care", "person": "Sam Okafor"}


@pytest.fixture
def three(pathway: Callable[..., Pathway]) -> tuple[Pathway, list[int]]:
    """Three children whose discussion agreed one thing for all and one for the first."""
    brighton = pathway("brighton_and_hove")
    found = brighton.start("Maya D", "Leo D", "Finn D")
    for element, common in (
        ("screen_referral", screened(brighton)),
        ("plan_strategy_discussion", {}),
        ("hold_strategy_discussion", {"actions": [BAIL]}),
    ):
        answers = {key: dict(common) for key in keys(brighton, element, *found)}
        if element == "hold_strategy_discussion":
            next(iter(answers.values()))["actions"] = [VISIT, BAIL]
        with brighton.sessions.begin() as session:
            by = brighton.person(session)
            together.complete_tasks(session, answers, by=by, now=brighton.now)
    return brighton, found


def rows(pathway: Pathway, case_id: int) -> list[Action]:
    with pathway.sessions() as session:
        found = select(Action).where(Action.case_id == case_id).order_by(Action.id)
        return list(session.scalars(found))


def revise(pathway: Pathway, case_id: int, **answers: Any) -> None:
    with pathway.sessions.begin() as session:
        held = Record.element == "hold_strategy_discussion", Record.case_id == case_id
        record = session.scalars(select(Record).where(*held).order_by(Record.id.desc())).first()
        assert record
        by = pathway.person(session)
        cases.revise(session, record, answers, "Put right", by=by, now=pathway.now)


def finish(pathway: Pathway, *found: Action, note: str = "") -> None:
    with pathway.sessions.begin() as session:
        by = pathway.person(session)
        actions.finish(session, found, note, by=by, now=pathway.now)


def test_an_action_for_several_children_stands_in_the_case_of_each(
    three: tuple[Pathway, list[int]],
):
    brighton, (maya, leo, finn) = three
    visit, bail = rows(brighton, maya)
    assert (visit.what, visit.agency, visit.person) == (
        "Visit at home", "Children's Social Care", "Sam Okafor",
    )  # fmt: skip
    assert (bail.status, bail.due_on) == ("open", date(2026, 12, 4))
    shared = [each for case_id in (leo, finn) for each in rows(brighton, case_id)]
    assert [each.what for each in shared] == ["Set bail conditions"] * 2
    assert {each.group_key for each in shared} == {bail.group_key}
    assert visit.group_key != bail.group_key


def test_what_the_record_says_no_more_is_superseded_and_what_stays_goes_on(
    three: tuple[Pathway, list[int]],
):
    brighton, (maya, leo, _) = three
    visit, bail = rows(brighton, maya)
    revise(brighton, maya, actions=[{**BAIL, "due_on": date(2026, 12, 5)}])

    was_visit, was_bail, now_bail = rows(brighton, maya)
    assert [was_visit.id, was_bail.id] == [visit.id, bail.id]
    assert [was_visit.status, was_bail.status] == ["superseded", "superseded"]
    assert (now_bail.status, now_bail.due_on) == ("open", date(2026, 12, 5))
    assert now_bail.group_key == bail.group_key, "it is still the family's one action"
    assert [each.status for each in rows(brighton, leo)] == ["open"]


def test_a_revision_that_leaves_the_actions_alone_changes_none(three: tuple[Pathway, list[int]]):
    brighton, (maya, *_) = three
    before = [(each.id, each.status) for each in rows(brighton, maya)]
    revise(brighton, maya, concerns="More is known")
    assert [(each.id, each.status) for each in rows(brighton, maya)] == before


def test_an_action_that_is_done_stays_done_when_the_record_is_put_right(
    three: tuple[Pathway, list[int]],
):
    brighton, (maya, *_) = three
    finish(brighton, rows(brighton, maya)[1], note="Signed by the inspector")
    revise(brighton, maya, actions=[{**BAIL, "person": "Det Con Hale"}])
    latest = rows(brighton, maya)[-1]
    assert (latest.person, latest.status) == ("Det Con Hale", "done")
    assert latest.closed_note == "Signed by the inspector"


def test_done_for_all_closes_each_child_s_row_with_a_history_of_its_own(
    three: tuple[Pathway, list[int]],
):
    brighton, found = three
    shared = [rows(brighton, case_id)[-1] for case_id in found]
    finish(brighton, *shared, note="Done by telephone")
    assert [rows(brighton, case_id)[-1].status for case_id in found] == ["done"] * 3
    assert rows(brighton, found[0])[0].status == "open"
    with brighton.sessions() as session:
        entries = select(HistoryEntry.case_id).where(HistoryEntry.what == "action done")
        assert list(session.scalars(entries.order_by(HistoryEntry.case_id))) == found


def test_an_action_is_done_once(three: tuple[Pathway, list[int]]):
    brighton, (maya, *_) = three
    visit = rows(brighton, maya)[0]
    finish(brighton, visit)
    with pytest.raises(actions.ActionNotOpen):
        finish(brighton, visit)
    assert len(brighton.history("action done")) == 1
