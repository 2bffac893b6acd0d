"""What may be missing when a stage is closed: as `omissions`, for the tasks other than signing."""

from datetime import UTC, date, datetime
from typing import Any

from tests.bpmn.complete_record import SAM, TOM, with_person
from tests.bpmn.omissions import CLOSE, OUTCOME, Omission, area_a, brighton, slough

CONFERENCE, APPROVE, AGREE = "hold_conference", "approve_deferral", "agree_deferral"
UNSENT = [{"name": "Jo Lane", "sent_at": None}]
SENT_TO_SUBJECT = {
    "recipients": [{"name": "Ed Marsh", "sent_at": datetime(2026, 12, 4, 9, tzinfo=UTC)}],
    "participants": with_person("Ed Marsh", "registered_owner", subject=True),
}
FOUND: dict[str, Any] = {
    "child_seen_on": date(2026, 12, 8),
    "child_views": "She wants it to stop.",
    "enquiry_analysis": "The bruises are from a belt.",
    "section_47_outcome": "continuing_risk",
    "conference_required": True,
    "interim_safety_plan": "The father has moved out.",
    "outcome_agreed": True,
    "outcome_view_tested": "If he stayed away.",
    "parties_last_informed_on": date(2026, 12, 15),
}
HELD: dict[str, Any] = {
    "conference_quorate": True,
    "plan_decided": True,
    "plan_category": "physical",
    "core_group_planned_for": date(2027, 1, 11),
    "review_planned_for": date(2027, 3, 23),
}
DEFERRED: dict[str, Any] = {
    "deferral_reason": "The mother is in hospital.",
    "deferred_to": date(2027, 1, 12),
    "interim_protection_plan": "The aunt looks after him.",
    "deferral_approved": True,
    "deferral_approved_at": datetime(2027, 1, 4, 9, tzinfo=UTC),
    "deferral_agreed": True,
    "deferral_agreed_at": datetime(2027, 1, 4, 10, tzinfo=UTC),
}
YOUNG = {"alleged_abuser_under_18": True}

CLOSING: list[Omission] = [
    (
        "screen_referral",
        {"suspected_harm": False, "response": "assessment", "serious_injury": True},
        "PR-04",
    ),
    (
        "authorise_notes",
        {"notes_accurate": True, "signed_by": {"id": SAM, "roles": []}},
        brighton("BH-17"),
    ),
    ("authorise_notes", {"notes_accurate": False}, brighton("BH-17")),
    ("distribute_record", {"recipients": UNSENT}, ("IC-09", "BH-16", "SL-21", "CF-25")),
    ("distribute_record", SENT_TO_SUBJECT, "BH-08"),
    ("distribute_again", SENT_TO_SUBJECT, "BH-08"),
    ("send_results", {"results_recipients": UNSENT}, area_a("CF-17")),
    (OUTCOME, FOUND | {"child_seen_on": None}, "WT-12"),
    (OUTCOME, FOUND | {"child_views": None}, "WT-12"),
    (OUTCOME, FOUND | {"enquiry_analysis": None}, "WT-13"),
    (OUTCOME, FOUND | {"section_47_outcome": None}, "WT-13"),
    (OUTCOME, FOUND | {"conference_required": None}, "WT-13"),
    (OUTCOME, FOUND | {"conference_required": False}, "WT-13"),
    (OUTCOME, FOUND | {"interim_safety_plan": None}, "WT-07"),
    (OUTCOME, FOUND | {"outcome_agreed": None}, "WT-13"),
    (OUTCOME, FOUND | {"outcome_view_tested": None}, area_a("CF-26")),
    (OUTCOME, FOUND | {"parties_last_informed_on": None}, area_a("CF-19")),
    (CONFERENCE, HELD | {"conference_quorate": None}, "WT-07"),
    (CONFERENCE, HELD | {"conference_quorate": False}, "WT-07"),
    (CONFERENCE, HELD | {"plan_decided": None}, "WT-07"),
    (CONFERENCE, HELD | {"plan_category": None}, "WT-07"),
    (CONFERENCE, HELD | {"core_group_planned_for": None}, "WT-08"),
    (CONFERENCE, HELD | {"review_planned_for": None}, "WT-09"),
    (APPROVE, DEFERRED | {"deferral_approved_at": None}, "WT-07"),
    (APPROVE, DEFERRED | {"deferred_to": date(2027, 1, 10)}, "WT-07"),
    (APPROVE, DEFERRED | {"deferred_to": date(2026, 12, 28)}, "WT-07"),
    (AGREE, DEFERRED | {"deferred_to": date(2027, 1, 10)}, "WT-07"),
    (APPROVE, DEFERRED | {"deferral_reason": None}, "WT-07"),
    (APPROVE, DEFERRED | {"interim_protection_plan": None}, "WT-07"),
    (APPROVE, DEFERRED | {"deadlines_missed": ["WT-07"]}, ("WT-07", "", "WT-07", "WT-07")),
    (APPROVE, DEFERRED | {"deadlines_missed": ["BH-05"]}, brighton("WT-07")),
    (AGREE, DEFERRED | {"deferral_agreed_at": None}, "WT-07"),
    (AGREE, DEFERRED | {"deferral_reason": None}, "WT-07"),
    (AGREE, DEFERRED | {"interim_protection_plan": None}, "WT-07"),
    (AGREE, DEFERRED | {"deadlines_missed": ["WT-07"]}, ("WT-07", "", "WT-07", "WT-07")),
    (AGREE, DEFERRED | {"deadlines_missed": ["BH-05"]}, brighton("WT-07")),
    (AGREE, DEFERRED | {"written_by": {"approve_deferral": [TOM]}}, "WT-07"),
    ("decide_review_discussion", {"review_discussion_needed": False}, "PR-10"),
    ("decide_onward_sharing", {"onward_sharing_permitted": True}, "BH-08"),
    ("agree_safe_discharge", {}, slough("SL-18")),
    (
        "consider_alleged_abuser",
        {"separate_discussion_needed": False},
        ("CF-07", "CF-07", "CF-07", ""),
    ),
    (CLOSE, YOUNG, area_a("CF-07")),
    (CLOSE, YOUNG | {"linked_cases": None}, area_a("CF-07")),
    (
        CLOSE,
        YOUNG | {"linked_cases": [{"strategy_discussion_held_at": None}]},
        area_a("CF-07"),
    ),
    (CLOSE, {"enquiry_running": True}, "WT-13"),
    (CLOSE, {"conference_required": True}, "WT-07"),
]
