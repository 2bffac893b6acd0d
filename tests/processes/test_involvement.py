"""Who has to do with a case, as its records say."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from processes import cases, involvement
from processes.models import Involvement, Person, Record

JO = {"name": "Jo Lane", "agency": "education", "role": "Teacher", "contact": "Jo.Lane@Example.org"}
NIA = {"name": "Nia Hughes", "agency": "health", "contact": "01273 000000"}
BOTH = [("participant", "Jo Lane"), ("participant", "Nia Hughes")]
OWNER = {"name": "Ed Marsh", "agency": "registered_owner", "contact": "ed@example.org"}


@pytest.fixture
def planned(pathway):
    """A strategy discussion that Jo, who signs in here, and Nia are invited to."""
    brighton = pathway()
    with brighton.sessions.begin() as session:
        for name in ("jo.lane", "ed"):
            who = {"name": name, "email": f"{name}@example.org", "roles": ["education"]}
            session.add(Person(password_hash="", **who))
    brighton.start(serious_injury=True)
    brighton.screen()
    brighton.complete("plan_strategy_discussion", participants=[JO, NIA])
    return brighton


def people(pathway: Any, *, ended: bool = False) -> list[tuple[str, str]]:
    """Return part and name of everybody involved now, or of those who are no more."""
    until = Involvement.until_at.is_not(None) if ended else Involvement.until_at.is_(None)
    query = select(Involvement.part, Involvement.name).where(until).order_by(Involvement.id)
    with pathway.sessions() as session:
        return [(part, name) for part, name in session.execute(query)]


def revise(pathway: Any, element: str, **answers: Any) -> None:
    with pathway.sessions.begin() as session:
        record = session.scalars(
            select(Record).where(Record.element == element).order_by(Record.id.desc())
        ).first()
        how = {"by": pathway.person(session), "now": pathway.now}
        cases.revise(session, record, answers, "Left out.", **how)


def test_those_who_are_invited_are_involved_with_how_to_reach_them(planned):
    with planned.sessions() as session:
        jo, nia = session.scalars(select(Involvement).order_by(Involvement.id)).all()
        assert (jo.name, jo.agency, jo.role, jo.contact) == tuple(JO.values())
        assert (jo.scope, jo.number) == ("discussion", 1)
        assert jo.since_at == planned.now
        assert nia.person_id is None


def test_whoever_signs_in_with_the_email_address_of_a_contact_is_that_person(planned):
    with planned.sessions() as session:
        email = select(Person.email).join(Involvement, Involvement.person_id == Person.id)
        assert session.scalars(email).all() == ["jo.lane@example.org"]


def test_whoever_is_added_later_is_who_was_named_by_their_address(planned):
    another = {**NIA, "name": "Ann Lane", "contact": "ann.lane@example.org"}
    planned.complete("hold_strategy_discussion", participants=[another, {**OWNER, "subject": True}])
    with planned.sessions.begin() as session:
        lane = Person(name="Ann", email="lane@example.org", password_hash="", roles=["health"])
        ann = Person(name="Ann", email="ann.lane@example.org", password_hash="", roles=["health"])
        session.add_all([lane, ann])
        session.flush()
        for each in (lane, ann):
            involvement.recognise(session, each)
    with planned.sessions() as session:
        named = select(Involvement.person_id).where(Involvement.name == "Ann Lane")
        assert session.scalars(named).all() == [ann.id]


def test_once_the_discussion_is_recorded_those_who_took_part_are_involved(planned):
    came, stayed_away = {**JO, "attended": "attended"}, {**NIA, "attended": "absent"}
    planned.complete("hold_strategy_discussion", participants=[came, stayed_away])
    assert people(planned) == [("participant", "Jo Lane")]
    assert people(planned, ended=True) == BOTH


def test_whom_the_concern_is_about_is_no_participant(planned):
    owner = {**OWNER, "attended": "attended", "subject": True}
    planned.complete("hold_strategy_discussion", participants=[JO, owner])
    assert people(planned) == [("participant", "Jo Lane"), ("subject", "Ed Marsh")]


def test_a_new_version_of_the_record_says_anew_who_took_part(planned):
    planned.complete("hold_strategy_discussion", participants=[JO])
    planned.now += timedelta(hours=1)
    revise(planned, "hold_strategy_discussion", participants=[JO, NIA])
    assert people(planned) == BOTH
    with planned.sessions() as session:
        ended = select(Involvement.until_at).where(Involvement.until_at.is_not(None))
        assert set(session.scalars(ended)) == {planned.now - timedelta(hours=1), planned.now}


def test_those_of_whom_a_new_version_says_the_same_stay_as_they_are(planned):
    planned.complete("hold_strategy_discussion", participants=[JO])
    held_at, planned.now = planned.now, planned.now + timedelta(hours=1)
    revise(planned, "hold_strategy_discussion", participants=[JO], purpose="Whether he is safe.")
    with planned.sessions() as session:
        now = select(Involvement.since_at).where(Involvement.until_at.is_(None))
        assert session.scalars(now).all() == [held_at]


def test_a_new_version_of_the_invitations_does_not_undo_who_took_part(planned):
    planned.complete("hold_strategy_discussion", participants=[JO])
    revise(planned, "plan_strategy_discussion", participants=[JO, NIA, OWNER])
    assert people(planned) == [("participant", "Jo Lane")]


def test_a_new_version_that_leaves_the_people_as_they_are_keeps_them(planned):
    revise(planned, "plan_strategy_discussion", venue="The hospital")
    assert people(planned) == BOTH


@pytest.mark.parametrize(
    ("contact", "email"),
    [
        ("jo@example.org", "jo@example.org"),
        ("01273 000000 / Jo.Lane@Example.org", "jo.lane@example.org"),
        ("<jo@example.org>; ask for Jo", "jo@example.org"),
        ("01273 000000", ""),
        (None, ""),
    ],
)
def test_the_email_address_is_found_in_whatever_was_written(contact, email):
    assert involvement.email_in(contact) == email
