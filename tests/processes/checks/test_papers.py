"""Templates of papers, and what procedure.toml says of papers, as the checks see them."""

from processes import library
from processes.checks import check
from tests.papers.samples import GENERAL, template
from tests.processes.checks.procedure import SETTINGS, sound

TAGS = "{{ title }} {{ reference }}"


def test_templates_that_can_be_filled_in_pass():
    own = template(TAGS, "{{ answers.reason }}")
    assert (
        says(
            {
                "papers/record.docx": GENERAL,
                "papers/invitation.docx": GENERAL,
                "papers/explain.docx": own,
            }
        )
        == []
    )


def test_a_template_is_called_after_a_task_or_is_for_every_record():
    assert says({"papers/explian.docx": template(TAGS)}) == [
        "papers/explian.docx: There is no task “explian”. "
        "Call it after a task, or record or invitation."
    ]


def test_a_template_asks_only_for_answers_of_its_own_task():
    (found,) = says({"papers/explain.docx": template(TAGS, "{{ answers.held_at }}")})
    assert found.startswith("papers/explain.docx: “held_at” is nothing a paper has.")
    assert "answers.reason" in found


def test_a_broken_template_is_refused():
    (found,) = says({"papers/record.docx": b"Dear colleague"})
    assert found == "papers/record.docx: It is not a Word document. Save it as .docx."


def test_markings_are_for_diagrams_and_are_words():
    settings = SETTINGS + (
        '[papers.confidential]\nany = "Confidential"\nlate = ""\nlater = "Secret"\nhold = 3\n'
    )
    assert says({"procedure.toml": settings.encode()}) == [
        "procedure.toml, papers.confidential.hold: No diagram is called “hold”. Name another.",
        "procedure.toml, papers.confidential.late: It is not a line of words. "
        "Write one in quotation marks.",
        "procedure.toml, papers.confidential.later: No diagram is called “later”. Name another.",
    ]
    assert says({"procedure.toml": SETTINGS.encode() + b"[papers]\nconfidential = true\n"}) == [
        "procedure.toml, papers.confidential: It is not a table. Write any = “…”."
    ]


def test_the_project_has_a_template_for_every_record_of_every_procedure():
    for name in library.names():
        procedure = library.read(name)
        assert all(procedure.template_of(task) for task in procedure.forms)
        assert procedure.marking("strategy_discussion").startswith("Confidential – only for those")


def says(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in check(sound() | files)]
