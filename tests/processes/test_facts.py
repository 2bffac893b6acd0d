"""What an expression reads of a case's facts, in the case, a discussion and an enquiry."""

from datetime import UTC, datetime

from processes.facts import CASE, Facts

FIRST, SECOND, ENQUIRY = ("discussion", 1), ("discussion", 2), ("enquiry", 1)
HELD = "strategy_discussion_held_at"
FRIDAY, TUESDAY = datetime(2026, 12, 4, 20, tzinfo=UTC), datetime(2026, 12, 8, 14, tzinfo=UTC)


def a_case_with_two_discussions() -> Facts:
    return Facts(
        [
            ("case", 0, "serious_injury", True),
            ("discussion", 1, HELD, FRIDAY),
            ("discussion", 2, HELD, TUESDAY),
            ("enquiry", 1, "initiating_discussion_number", 1),
        ]
    )


def test_a_plain_name_reads_the_latest_value():
    assert a_case_with_two_discussions().context()[HELD] == TUESDAY


def test_inside_a_discussion_a_plain_name_reads_its_own_value():
    facts = a_case_with_two_discussions()
    assert facts.context(FIRST)[HELD] == FRIDAY
    assert facts.context(FIRST)["serious_injury"] is True


def test_what_a_discussion_has_not_found_itself_it_does_not_read_from_another():
    facts = a_case_with_two_discussions()
    facts.set(("discussion", 3), "opened_at", TUESDAY)
    assert HELD not in facts.context(("discussion", 3))


def test_a_discussion_knows_the_one_before_and_the_one_after():
    facts = a_case_with_two_discussions()
    assert facts.context(FIRST)["next_discussion"][HELD] == TUESDAY
    assert facts.context(SECOND)["previous_discussion"][HELD] == FRIDAY
    assert facts.context(SECOND)["next_discussion"] is None


def test_an_enquiry_keeps_the_discussion_that_initiated_it_whatever_came_later():
    facts = a_case_with_two_discussions()
    assert facts.context(ENQUIRY)["initiating_discussion"][HELD] == FRIDAY


def test_a_review_knows_its_enquiry_and_the_review_before_of_the_same_one():
    of_first = ("review", 1), ("review", 3)
    facts = a_case_with_two_discussions()
    facts.set(ENQUIRY, "conference_held_on", FRIDAY)
    for scope, enquiry in ((of_first[0], 1), (("review", 2), 2), (of_first[1], 1)):
        facts.set(scope, "enquiry_number", enquiry)
        facts.set(scope, "review_held_on", TUESDAY)

    second = facts.context(of_first[1])
    assert second["enquiry"]["conference_held_on"] == FRIDAY
    assert second["previous_review"]["number"] == 1
    assert second["initiating_discussion"][HELD] == FRIDAY
    assert facts.context(of_first[0])["previous_review"] is None
    assert [each["number"] for each in facts.context(ENQUIRY)["reviews"]] == [1, 3]
    assert [each["number"] for each in facts.context()["reviews"]] == [1, 2, 3]


def test_a_later_row_of_one_name_corrects_the_earlier():
    facts = a_case_with_two_discussions()
    facts.set(FIRST, HELD, TUESDAY)
    assert facts.context(ENQUIRY)["initiating_discussion"][HELD] == TUESDAY


def test_an_enquiry_runs_until_it_is_concluded():
    facts = a_case_with_two_discussions()
    assert facts.context()["enquiry_running"] is True
    facts.set(ENQUIRY, "section_47_concluded_at", TUESDAY)
    assert facts.context()["enquiry_running"] is False


def test_a_case_without_facts_has_an_empty_story():
    context = Facts().context(CASE)
    assert context["discussions"] == []
    assert context["enquiries"] == []
    assert context["enquiry_running"] is False
