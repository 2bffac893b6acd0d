"""The sentences that may follow a step."""

from pathlib import Path

import pytest

from processes.scenarios import sentences


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("task hold_conference is open", "task TASK OF is open", {"TASK": "hold_conference"}),
        (
            "BH-11 follow-up of discussion 2 is due Wed 9 Dec 2026",
            "RULE OF is due WHEN",
            {"RULE": "BH-11 follow-up", "OF": "discussion 2", "WHEN": "Wed 9 Dec 2026"},
        ),
        (
            "CF-06 is missed by 5 minutes",
            "RULE OF is missed by COUNT UNIT",
            {"RULE": "CF-06", "COUNT": "5", "UNIT": "minutes"},
        ),
        (
            'signing is refused because "has no date" (IC-16)',
            "signing is refused because TEXT (RULE)",
            {"TEXT": "has no date", "RULE": "IC-16"},
        ),
        ("there are no enquiries", "there are COUNT THING", {"COUNT": "no", "THING": "enquiries"}),
        (
            "fact decisions of discussion 1 is section_47, assessment",
            "fact FACT OF is VALUE",
            {"FACT": "decisions", "OF": "discussion 1", "VALUE": "section_47, assessment"},
        ),
    ],
)
def test_a_sentence_is_understood(text, pattern, words):
    understood = sentences.understand(text)

    assert understood is not None
    assert understood[0].pattern == pattern
    assert {key: value for key, value in understood[1].items() if value} == words


@pytest.mark.parametrize(
    "text", ["BH-12 is due soon", "task X is open", "the case is lost", "", "signing is refused"]
)
def test_what_is_not_in_the_grammar_is_not_guessed_at(text):
    assert sentences.understand(text) is None


def test_every_sentence_of_the_grammar_is_explained_to_owners():
    guide = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text()

    assert [s.pattern for s in sentences.SENTENCES if f"`{s.pattern}`" not in guide] == []
