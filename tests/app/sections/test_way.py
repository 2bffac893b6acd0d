"""Where a case is, drawn: a diagram is marked for what happens in its own course only."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sections import way
from app.sections.page import CasePage
from processes import cases, database, library
from processes.models import Case, Person, Task
from processes.roles import Depth
from processes.sight import Sight
from tests.app.conftest import NOW

SCREENED = {
    "referral_decided_at": NOW,
    "response": "strategy_discussion",
    "suspected_harm": True,
}


def marks(session: Session, case_id: int) -> tuple[int, int]:
    """Return how many elements of the pathway are marked as waiting and as done."""
    session.rollback()
    case, person = session.get_one(Case, case_id), session.scalars(select(Person)).one()
    page = CasePage(session, case, person, NOW, Sight(person.id, Depth.WHOLE))
    name, drawn = way.maps(page)[0]
    assert name == "Pathway"
    return drawn.count("app-diagram--open"), drawn.count("app-diagram--done")


def test_a_discussion_beside_the_pathway_marks_nothing_on_it(
    app: Flask, person: Callable[..., Person], session: Session
):
    # given a case of the national procedure that waits to be screened, in its referral
    someone = person("first_response", "team_manager")
    with database.writing(app.extensions["engine"]).begin() as writing:
        version = library.publish(writing, library.read("england"), by=None, now=NOW)
        by, children = writing.get_one(Person, someone.id), [cases.Child("Maya Doe")]
        answers = {"referral_received_at": NOW}
        [case] = cases.start(writing, version, children, answers, by=by, now=NOW)
        case_id = case.id
    with app.app_context():
        before = marks(session, case_id)
        assert before == (1, 0)

        # when a further discussion begins beside the pathway, then nothing more is marked there
        with database.writing(app.extensions["engine"]).begin() as writing:
            case, by = writing.get_one(Case, case_id), writing.get_one(Person, someone.id)
            cases.begin(writing, case, "follow_up_discussion", by=by, now=NOW)
        assert marks(session, case_id) == before

        # and when the pathway comes to its own, its own is marked
        with database.writing(app.extensions["engine"]).begin() as writing:
            screening = select(Task.key).where(Task.element == "screen_referral")
            key, by = writing.scalars(screening).one(), writing.get_one(Person, someone.id)
            cases.complete_task(writing, key, SCREENED, by=by, now=NOW)
        waiting, done = marks(session, case_id)
        assert done == 1, "the referral"
        assert waiting > 1, "the discussion, and what else waits"
