"""A record of a strategy discussion that lacks nothing, and what signing says once it is changed.

The answers of every form of the discussion are here together, as signing.dmn reads them.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import feel
from processes import library
from processes.calendar import announced_bank_holidays

LONDON = ZoneInfo("Europe/London")
ENGLAND, BRIGHTON, SLOUGH, AREA_A = PROCEDURES = (
    "england",
    "brighton_and_hove",
    "slough",
    "family_community_services",
)
SAM, TOM = 1, 2  # who held the discussion, and who signs: people are told apart by number
PLACES = [f"{who}_{where}" for who in ("child", "abuser") for where in ("at_home", "at_work")]
PLACES += ["child_in_community", "abuser_in_community"]

Row = dict[str, Any]
Change = Callable[[Row], Any]


def signing_says(procedure: str, task: str, **changes: Any) -> list[Row]:
    """Return what signing.dmn says is missing from the complete record, once it is changed."""
    return list(
        table(procedure, "signing").decide(changed_record(procedure, task, **changes)) or []
    )


def changed_record(procedure: str, task: str, **changes: Any) -> Row:
    """Return the complete record of a procedure with other answers; a function makes one of it."""
    record = complete(procedure) | {"task": task}
    for key, change in changes.items():
        record[key] = change(record) if callable(change) else change
    record["missing_participants"] = _missing(table(procedure, "participants"), record)
    return record


def complete(procedure: str) -> Row:
    people = [person("Tom Reyes", "social_care"), person("Ama Boateng", "police")]
    people += [person("Ines Costa", "paediatrician"), person("Jo Lane", "education")]
    record = _ABOUT | {"participants": people + [not_relevant(each) for each in _asked(procedure)]}
    return record | (dict.fromkeys(PLACES, "None known") if procedure == SLOUGH else {})


def person(name: str, agency: str, **more: Any) -> Row:
    return {
        "name": name,
        "agency": agency,
        "attended": "attended",
        "reason": None,
        "can_decide": True,
        "can_contribute": True,
        "knows_child": agency == "education",
        "holds_information": True,
        "contribution": "The threshold is met.",
        "agrees": "agree",
    } | more


def not_relevant(agency: str) -> Row:
    nothing = dict.fromkeys(("contribution", "agrees"))
    return person(
        agency.replace("_", " "), agency, attended="not_relevant", reason="Not involved", **nothing
    )


def without(agency: str) -> Change:
    return lambda record: [each for each in record["participants"] if each["agency"] != agency]


def with_person(name: str, agency: str, **more: Any) -> Change:
    return lambda record: [*record["participants"], person(name, agency, **more)]


def changed(agency: str, /, **answers: Any) -> Change:
    """Change the row of everyone of an agency."""
    return lambda record: [
        each | answers if each["agency"] == agency else each for each in record["participants"]
    ]


def with_action(**answers: Any) -> Change:
    return lambda record: [record["actions"][0] | answers]


@cache
def table(procedure: str, decision: str) -> feel.DecisionTable:
    return library.read(procedure).tables[decision]


def _asked(procedure: str) -> list[str]:
    return {
        BRIGHTON: ["family_health"],
        SLOUGH: ["youth_service", "camhs", "youth_offending", "substance_misuse"],
    }.get(procedure, [])


def _missing(table: feel.DecisionTable, record: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = table.decide(record) or []
    there = {
        each["agency"] for each in record["participants"] or [] if each["attended"] == "attended"
    }
    return [each for each in rows if not there & set(_listed(each["participant"]))]


def _listed(codes: str | list[str]) -> list[str]:
    return [codes] if isinstance(codes, str) else codes


_ABOUT: Row = {
    "discussion_number": 1,
    "enquiry_running": False,
    "linked_cases": [],
    "deadlines_missed": [],
    "bank_holidays": announced_bank_holidays(),
    "written_by": {"hold_strategy_discussion": [SAM]},
    "signed_by": {"id": TOM, "roles": ["team_manager"]},
    "referral_source": "school",
    "other_meetings_open": False,
    "essential_unable_to_attend": False,
    "strategy_discussion_started_at": datetime(2026, 12, 4, 19, 40, tzinfo=LONDON),
    "strategy_discussion_held_at": datetime(2026, 12, 4, 20, 25, tzinfo=LONDON),
    "discussion_format": "face_to_face",
    "chair_role": "team_manager",
    "remote_attendance_offered": True,
    "concerns": "Bruises in the pattern of a belt.",
    "purpose": "Whether the threshold is met.",
    "concern_categories": ["physical"],
    "information_shared": [{"agency": "police", "information": "Nothing is known."}],
    "on_school_roll": True,
    "school_view": "The school believes her.",
    "threshold": "met",
    "threshold_basis": "What she says fits what was seen.",
    "section_47_decided": True,
    "decisions": ["section_47", "police_investigation"],
    "section_47_reason": "Reasonable cause.",
    "police_investigation_reason": "An assault is alleged.",
    "enquiry_type": "joint",
    "enquiry_plan": "See the child at school.",
    "criminal_investigation_plan": "The father is interviewed first.",
    "parents_told": "yes",
    "family_information": "That an enquiry is made.",
    "medical_needed": True,
    "medical_implications": False,
    "medical_already_done": False,
    "medical_purpose": "Whether the bruises fit.",
    "medical_arranged_by": "Ines Costa",
    "hospital_status": "none",
    "interview_needed": True,
    "interviewers": "Ama Boateng",
    "interview_planned_for": datetime(2026, 12, 5, 10, tzinfo=LONDON),
    "interview_place": "At the suite",
    "interview_recorded": True,
    "interviewer_gender_considered": True,
    "child_interview_plan_complete": False,
    "child_interview_plan_due_on": date(2026, 12, 14),
    "child_interview_plan_owner": "Sam Okafor",
    "actions": [
        {
            "action": "Arrange paediatric assessment",
            "agency": "health",
            "person": "Ines Costa",
            "due_on": date(2026, 12, 4),
            "urgent": True,
        }
    ],
    "review_on": date(2026, 12, 11),
    "roles_clear": True,
    "discussion_dynamics": "Everyone spoke.",
    "record_complete": True,
}
