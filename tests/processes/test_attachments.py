"""Files that are given: kept as they came, named by records, and believed only if they are here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.files import File, write
from processes import attachments, drafts
from processes.models import Attachment, Record
from tests.guards import hostile
from tests.processes.conftest import Pathway

LETTER = b"%PDF-1.7 a letter"


def give(pathway: Pathway, name: str = "letter.pdf", content: bytes = LETTER) -> File:
    with pathway.sessions.begin() as session:
        by = pathway.person(session)
        return attachments.give(session, name, content, by=by, now=pathway.now)


def kept(session: Session) -> Attachment:
    return session.scalars(select(Attachment)).one()


def test_a_file_is_kept_as_it_came(pathway: Callable[..., Pathway]):
    brighton = pathway()
    file = give(brighton)
    with brighton.sessions() as session:
        found = kept(session)
        assert (found.content, found.media_type, found.case_id) == (LETTER, "application/pdf", None)
        assert (found.size, found.given_at) == (len(LETTER), brighton.now)
    assert file == {"id": found.id, "name": "letter.pdf", "size": 17, "hash": found.hash}


def test_the_same_file_given_again_is_one_and_under_another_name_it_is_another(
    pathway: Callable[..., Pathway],
):
    brighton = pathway()
    assert give(brighton) == give(brighton)
    assert give(brighton, "copy.pdf")["id"] != give(brighton)["id"]


@pytest.mark.parametrize(
    ("name", "is_called"),
    [("C:\\Users\\amina\\letter.pdf", "letter.pdf"), ("../../etc/letter.pdf", "letter.pdf"),
     ("a\x00\x1b \n letter.PDF", "a letter.PDF"), ("x" * 500 + ".pdf", "x" * 196 + ".pdf")],
)  # fmt: skip
def test_a_name_is_kept_without_its_path_on_one_line(
    pathway: Callable[..., Pathway], name: str, is_called: str
):
    assert give(pathway(), name)["name"] == is_called


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "content", "says"), [pytest.param(*each[1:], id=each[0]) for each in hostile.UPLOADS]
)
def test_a_file_that_is_not_taken_is_refused_in_words(
    pathway: Callable[..., Pathway], name: str, content: bytes, says: str
):
    brighton = pathway()
    with pytest.raises(attachments.NotTaken) as refused:
        give(brighton, name, content)
    assert says in str(refused.value)
    with brighton.sessions() as session:
        assert session.scalar(select(func.count(Attachment.id))) == 0


def test_only_what_is_here_just_as_it_is_said_is_believed(pathway: Callable[..., Pathway]):
    brighton = pathway()
    file = give(brighton)
    lies = [{**file, "id": file["id"] + 1}, {**file, "hash": "0" * 64}, {**file, "size": 1},
            {**file, "name": "other.pdf"}]  # fmt: skip
    with brighton.sessions() as session:
        assert attachments.known(session, [*lies, file]) == [file]
        assert attachments.known(session, lies) == []


def test_a_file_belongs_to_the_first_case_whose_record_names_it(
    pathway: Callable[..., Pathway],
):
    brighton = pathway()
    file = give(brighton)
    maya, leo = brighton.start("Maya D", "Leo D", evidence=[file])
    with brighton.sessions() as session:
        assert kept(session).case_id == maya
        told = select(Record.case_id, Record.answers).where(Record.element == "record_referral")
        assert {case: answers["evidence"] for case, answers in session.execute(told)} == {
            maya: [file], leo: [file],
        }  # fmt: skip


def test_a_record_without_files_asks_the_database_nothing_about_them(
    pathway: Callable[..., Pathway], statements: list[str]
):
    pathway().start("Maya D")
    assert not any("attachment" in each for each in statements)


def test_only_what_no_record_and_no_draft_names_is_cleared_after_a_while(
    pathway: Callable[..., Pathway],
):
    brighton = pathway()
    recorded, drafted, left = (give(brighton, f"{name}.pdf", LETTER + name.encode())
                               for name in ("recorded", "drafted", "left"))  # fmt: skip
    brighton.start("Maya D", evidence=[recorded])
    with brighton.sessions.begin() as session:
        typed = [["concerns", "Bruises"], ["evidence", write(drafted)]]
        drafts.keep(
            session, brighton.person_id, "/tasks/1", typed, opened_with="", now=brighton.now
        )

    def clear(days: int) -> list[str]:
        with brighton.sessions.begin() as session:
            attachments.clear(session, brighton.now + timedelta(days=days))
            return list(session.scalars(select(Attachment.name).order_by(Attachment.id)))

    assert clear(days=29) == [each["name"] for each in (recorded, drafted, left)]
    assert clear(days=31) == [recorded["name"], drafted["name"]]
    with brighton.sessions.begin() as session:
        (draft,) = drafts.of_place(session, brighton.person_id, "/tasks/1")
        session.delete(draft)
    assert clear(days=31) == [recorded["name"]]
