"""Who was sent a record, who has confirmed their copy, and whose is missing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from processes import cases, copies, library
from processes.facts import Facts
from processes.loaded import LoadedCase
from processes.models import Case, HistoryEntry, Involvement, Message, Person, Record
from processes.taking import read_facts

EMAIL = "jo.lane@example.org"


def sent_to(pathway: Any, *names: str, **more: Any) -> list[dict[str, Any]]:
    how = {"agency": "School", "sent_at": pathway.now, "sent_how": "secure_mail", **more}
    return [{"name": name, **how} for name in names]


@pytest.fixture
def sent(pathway):
    """A record that was sent on a Friday to Jo, who signs in here, and to five who do not."""
    brighton = pathway()
    with brighton.sessions.begin() as session:
        jo = Person(name="Jo Lane", email=EMAIL, password_hash="", roles=["education"])
        session.add(jo)
    brighton.start(serious_injury=True)
    brighton.screen()
    brighton.complete("plan_strategy_discussion")
    with brighton.sessions.begin() as session:
        hold = brighton.task(session, "hold_strategy_discussion")
        people = [{"name": "Jo Lane", "agency": "education", "contact": EMAIL}]
        answers = {"participants": people, "discussion_format": "face_to_face"}
        how = {"by": brighton.person(session), "now": brighton.now}
        cases.complete_task(session, hold.key, answers, **how)
        case = session.scalars(select(Case)).one()
        loaded = LoadedCase.load(session, case.id, **how)
        loaded.begin("distribution", {"scope": "discussion", "number": 1})
        loaded.save()
    rows = sent_to(brighton, "Ann", "Ben", "Cy") + sent_to(brighton, "Di", sent_at=None)
    rows += sent_to(brighton, "Jo Lane", contact=EMAIL)
    rows += sent_to(brighton, "Ed", acknowledged_at=brighton.now)
    brighton.complete("distribute_record", recipients=rows, record_distributed_at=brighton.now)
    return brighton


def sendings(pathway: Any) -> list[copies.Sending]:
    with pathway.sessions() as session:
        return copies.of(session, session.scalars(select(Case)).one())


def names_missing(pathway: Any) -> list[str]:
    with pathway.sessions() as session:
        case = session.scalars(select(Case)).one()
        return [copy.name for _, copy in copies.missing(session, case, pathway.now)]


def confirm(pathway: Any, email: str = EMAIL) -> None:
    key = sendings(pathway)[0].by.task_key
    with pathway.sessions.begin() as session:
        who = session.scalars(select(Person).where(Person.email == email)).one()
        copies.confirm(session, key, by=who, now=pathway.now)


def test_a_sending_says_what_was_sent_to_whom_and_how(sent):
    [sending] = sendings(sent)
    assert sending.sent is not None
    assert sending.sent.element == "hold_strategy_discussion"
    assert [each.name for each in sending.copies] == ["Ann", "Ben", "Cy", "Di", "Jo Lane", "Ed"]
    assert sending.how(sending.copies[0]) == "Secure mail"
    assert [each.name for each in sending.copies if each.person_id] == ["Jo Lane"]


def test_whoever_took_part_and_was_sent_no_copy_is_named(sent):
    assert sendings(sent)[0].left_out == []
    with sent.sessions.begin() as session:
        record = session.scalars(select(Record).where(Record.element == "distribute_record")).one()
        how = {"by": sent.person(session), "now": sent.now}
        rows = [each for each in record.answers["recipients"] if each["name"] != "Jo Lane"]
        cases.revise(session, record, {"recipients": rows}, "A slip.", **how)
    assert sendings(sent)[0].left_out == ["Jo Lane"]


def test_the_results_of_an_enquiry_are_owed_to_the_parties_of_its_discussions_alone(sent):
    def involved(scope, number, name):
        place = {"case_id": 1, "scope": scope, "number": number, "task_key": f"{scope} {number}"}
        return Involvement(**place, name=name, part="participant", since_at=sent.now)

    with sent.sessions.begin() as session:
        session.add(involved("discussion", 2, "Fay Ode"))
        session.add(involved("enquiry", 1, "Gus Hay"))
        session.flush()
        begun = ("discussion", 2, "opened_at", sent.now)
        facts = Facts([begun, ("enquiry", 1, "initiating_discussion_number", 1)])
        where = library.read("england"), "send_results"
        begins = copies.begin_with(session, 1, *where, ("enquiry", 1), facts)
        later = Facts([begun, ("enquiry", 2, "initiating_discussion_number", 2)])
        second = copies.begin_with(session, 1, *where, ("enquiry", 2), later)

    assert [each["name"] for each in begins["results_recipients"]] == ["Jo Lane", "Fay Ode"]
    assert [each["name"] for each in second["results_recipients"]] == ["Fay Ode"]


def test_whoever_signs_in_here_is_told_once_that_a_record_waits_to_be_read(sent):
    with sent.sessions.begin() as session:
        distribution = session.scalars(
            select(Record).where(Record.element == "distribute_record")
        ).one()
        how = {"by": sent.person(session), "now": sent.now}
        rows = distribution.answers["recipients"]
        cases.revise(session, distribution, {"recipients": rows[1:]}, "A slip.", **how)
    with sent.sessions() as session:
        told = session.scalars(select(Message)).all()
        assert [(each.kind, each.recipient) for each in told] == [("record_to_read", EMAIL)]


def test_whoever_the_concern_is_about_is_told_nothing(sent):
    with sent.sessions.begin() as session:
        session.execute(delete(Message))
        jo = session.scalars(select(Person.id).where(Person.email == EMAIL)).one()
        case_id = session.scalars(select(Case.id)).one()
        more = {"case_id": case_id, "person_id": jo, "since_at": sent.now}
        session.add(Involvement(part="subject", name="Jo Lane", **more))
    with sent.sessions.begin() as session:
        record = session.scalars(select(Record).where(Record.element == "distribute_record")).one()
        how = {"by": sent.person(session), "now": sent.now}
        answers = {"recipients": record.answers["recipients"][:-1]}
        cases.revise(session, record, answers, "A slip.", **how)
    with sent.sessions() as session:
        assert session.scalars(select(Message)).all() == []


def test_a_recipient_confirms_their_copy_once(sent):
    sent.now += timedelta(hours=1)
    at = sent.now
    confirm(sent)
    sent.now += timedelta(hours=1)
    confirm(sent)
    [jo] = [each for each in sendings(sent)[0].copies if each.name == "Jo Lane"]
    assert jo.confirmed_at == at
    with sent.sessions() as session:
        said = select(HistoryEntry).where(HistoryEntry.what == copies.CONFIRMED)
        assert len(session.scalars(said).all()) == 1


def test_nobody_confirms_a_copy_that_was_sent_to_others(sent):
    with pytest.raises(copies.NotYourCopy):
        confirm(sent, "amina")


def test_a_copy_was_read_when_its_recipient_first_opened_the_record(sent):
    read_at = sent.now + timedelta(minutes=30)
    with sent.sessions.begin() as session:
        jo = session.scalars(select(Person.id).where(Person.email == EMAIL)).one()
        case_id = session.scalars(select(Case.id)).one()
        detail = {"of": "record", "name": "Hold the strategy discussion and record it"}
        for at in (read_at, read_at + timedelta(hours=1)):
            more = {"case_id": case_id, "by_id": jo, "what": "read", "detail": detail}
            session.add(HistoryEntry(at=at, **more))
    read = {each.name: each.read_at for each in sendings(sent)[0].copies}
    assert read["Jo Lane"] == read_at
    assert read["Ann"] is None


def test_a_copy_is_missing_when_nobody_confirmed_it_in_three_working_days(sent):
    # sent on Friday to six; five have confirmed by Wednesday
    with sent.sessions.begin() as session:
        record = session.scalars(select(Record).where(Record.element == "distribute_record")).one()
        rows = [
            {**row, "acknowledged_at": row.get("acknowledged_at") or sent.now}
            if row["name"] not in ("Jo Lane", "Ann")
            else row
            for row in record.answers["recipients"]
        ]
        how = {"by": sent.person(session), "now": sent.now}
        cases.revise(session, record, {"recipients": rows}, "They rang.", **how)
    confirm(sent)
    sent.now += timedelta(days=4)
    assert names_missing(sent) == []
    sent.now += timedelta(days=1)
    assert names_missing(sent) == ["Ann"]


def test_a_list_of_recipients_begins_with_everyone_who_took_part(sent):
    brighton = library.read("brighton_and_hove")
    with sent.sessions() as session:
        case_id = session.scalars(select(Case.id)).one()
        facts = read_facts(session, case_id)
        asked = ("distribute_record", ("discussion", 1), facts)
        rows = copies.begin_with(session, case_id, brighton, *asked)
        nobody = copies.begin_with(session, case_id, brighton, "close_case", ("case", 0), facts)
    jo = {"name": "Jo Lane", "agency": "School, nursery or college", "contact": EMAIL}
    assert rows == {"recipients": [jo]}
    assert nobody == {}


def test_a_copy_for_which_no_time_is_said_went_with_the_others(sent):
    sending = sendings(sent)[0]
    went_at = {copy.name: copy.sent_at for copy in sending.copies}
    assert went_at["Di"] == sending.by.answers["record_distributed_at"]
