"""What may be left out of a record, and the rule of each procedure that then refuses to sign it.

An entry is the task, what is changed in the complete record, and the rules: "WT-05" for all four,
or one each for England, Brighton & Hove, Slough and Area A, with "" where nothing is refused.
"""

from datetime import date, datetime
from typing import Any

from tests.bpmn.complete_record import LONDON, changed, with_action, with_person, without

SIGN, CLOSE, OUTCOME = "sign_strategy_discussion", "close_case", "authorise_outcome"
Omission = tuple[str, dict[str, Any], str | tuple[str, str, str, str]]


def brighton(rule: str) -> tuple[str, str, str, str]:
    return "", rule, "", ""


def slough(rule: str) -> tuple[str, str, str, str]:
    return "", "", rule, ""


def area_a(rule: str) -> tuple[str, str, str, str]:
    return "", "", "", rule


def with_answer(agency: str) -> dict[str, Any]:
    return {"participants": with_person("Ed Marsh", agency)}


FAMILY = ("WT-05", "WT-05", "SL-16", "CF-11")
WITHHELD = ("WT-05", "WT-05", "SL-16", "CF-12")
MINIMUM = ("WT-04", "BH-07", "SL-06", "WT-04")
WHO_REFERRED = ("WT-02", "BH-07", "SL-07", "WT-02")
REASON = ("IC-14", "IC-14", "IC-14", "CF-24")
MEDICAL = ("IC-15", "IC-15", "SL-17", "IC-15")
ACTION = ("IC-16", "IC-16", "SL-19", "CF-29")
NOTHING_DONE = {
    "decisions": ["no_further_action"],
    "section_47_decided": False,
    "no_further_action_reason": "A birthmark.",
    "no_action_social_care_view": "No risk.",
    "no_action_police_view": "No crime.",
    "no_action_health_view": "A birthmark.",
    "single_opinion_decisive": False,
}
WITHHOLDING = {"parents_told": "withheld", "withheld_judgement_by": "police"}
NO_POLICE = {
    "participants": without("police"),
    "quorum_decision": "proceed",
    "quorum_reason": "Nobody answered; it could not wait.",
}
NO_HEALTH = NO_POLICE | {
    "participants": lambda record: [
        # the drug and alcohol service is a health service to Brighton & Hove, and refers nobody
        each | {"agency": "substance_misuse"} if each["agency"] == "family_health" else each
        for each in record["participants"]
        if each["agency"] not in ("paediatrician", "camhs")
    ],
    "medical_needed": False,
}
NO_SCHOOL = {"participants": changed("education", agency="other")}
IN_A_SETTING = {"registered_setting": True}
NURSE_ONLY = {"participants": changed("paediatrician", agency="health"), "medical_needed": False}
RELAYED = NURSE_ONLY | {
    "medical_opinion": "It could be an accident.",
    "opinion_author": "Ines Costa",
    "opinion_given_on": date(2026, 12, 4),
    "opinion_information_seen": "The referral",
    "opinion_relayed_by": "Tom Reyes",
}
EARLY = {
    "enquiry_started_at": datetime(2026, 12, 4, 2, tzinfo=LONDON),
    "exceptional_start_reason": "She would have gone home.",
    "exceptional_start_authorised_by": "Kit Moran",
}
LEGAL = {
    "legal_action_considered": True,
    "monitoring_plan": "Every Friday",
    "monitoring_on": date(2026, 12, 11),
    "legal_advice_sought": True,
}
AGAIN = {
    "discussion_number": 2,
    "what_would_change_view": "Another explanation.",
    "new_evidence_weighed": "It was.",
    "other_explanations": "None that fits.",
}
BY_TELEPHONE = {"discussion_format": "telephone", "follow_up_reason": "All took part."}
PROTECTED = {
    "action_taken": "police_protection",
    "police_protection_started_at": datetime(2026, 12, 4, 2, tzinfo=LONDON),
}
CAMHS_AWAY = with_person("Child mental health", "camhs", attended="absent", reason="Busy")

SIGNING: list[Omission] = [
    # who took part
    (SIGN, {"participants": None}, ("WT-04", "BH-07", "SL-06", "WT-04")),
    (SIGN, {"participants": without("police")}, MINIMUM),
    (SIGN, {"participants": without("social_care")}, MINIMUM),
    (SIGN, {"participants": without("paediatrician"), "medical_needed": False}, MINIMUM),
    (SIGN, {"participants": without("family_health")}, brighton("BH-07")),
    (SIGN, {"participants": without("youth_service")}, slough("SL-07")),
    (SIGN, {"participants": without("youth_offending")}, slough("SL-07")),
    (SIGN, {"participants": without("substance_misuse")}, slough("SL-07")),
    (SIGN, {"participants": without("camhs")}, slough("SL-07")),
    (SIGN, NO_SCHOOL | {"on_school_roll": False}, WHO_REFERRED),
    (SIGN, NO_SCHOOL | {"referral_source": "family"}, ("WT-02", "BH-07", "WT-02", "WT-02")),
    (SIGN, NO_POLICE | {"referral_source": "police"}, WHO_REFERRED),
    (SIGN, NO_HEALTH | {"referral_source": "gp"}, WHO_REFERRED),
    (SIGN, {"referral_source": "housing"}, WHO_REFERRED),
    (SIGN, {"alleged_abuser_works_with_children": True}, "WT-02"),
    (SIGN, {"participants": changed("family_health", reason=None)}, brighton("BH-07")),
    (SIGN, {"participants": changed("camhs", reason=None)}, slough("SL-07")),
    (SIGN, IN_A_SETTING | with_answer("registered_owner"), brighton("BH-07")),
    (SIGN, IN_A_SETTING | with_answer("registration_authority"), brighton("BH-07")),
    (SIGN, NURSE_ONLY | {"medical_implications": True}, brighton("BH-09")),
    (SIGN, {"medical_implications": None}, brighton("BH-09")),
    (SIGN, {"medical_already_done": None}, brighton("BH-09")),
    (SIGN, {"hospital_status": None}, brighton("BH-10")),
    (SIGN, {"hospital_status": "outpatient"}, brighton("BH-10")),
    (SIGN, {"hospital_status": "inpatient"}, ("", "BH-10", "SL-18", "")),
    (SIGN, {"participants": changed("police", can_decide=False)}, ("WT-04", "", "SL-08", "WT-04")),
    (SIGN, {"participants": changed("police", can_contribute=False)}, brighton("BH-06")),
    (SIGN, {"participants": changed("education", knows_child=False)}, area_a("CF-29")),
    (
        SIGN,
        {"participants": changed("police", contribution=None)},
        ("PR-13", "PR-13", "PR-13", "CF-22"),
    ),
    (SIGN, {"participants": changed("police", agrees=None)}, "PR-13"),
    (SIGN, {"participants": changed("education", agrees="disagree")}, "PR-13"),
    (SIGN, {"school_view": None}, "PR-13"),
    (
        SIGN,
        {"participants": changed("camhs", attended="absent"), "remote_attendance_offered": None},
        slough("SL-09"),
    ),
    (SIGN, {"chair_role": "social_worker"}, area_a("CF-15")),
    (
        SIGN,
        {
            "discussion_format": "series_of_calls",
            "follow_up_needed": False,
            "follow_up_reason": "-",
        },
        brighton("BH-02"),
    ),
    # how it was set up, and why
    (SIGN, {"other_meetings_open": None}, "PR-03"),
    (SIGN, {"other_meetings_open": True}, "PR-03"),
    (SIGN, {"known_to_social_care": True}, "IC-10"),
    (SIGN, {"essential_unable_to_attend": None}, area_a("CF-21")),
    (SIGN, {"essential_unable_to_attend": True}, area_a("CF-21")),
    (SIGN, {"concerns": None}, "IC-12"),
    (SIGN, {"purpose": None}, "IC-12"),
    (SIGN, {"information_shared": []}, ("WT-05", "WT-05", "SL-10", "CF-24")),
    (SIGN, {"child_at_home": None}, slough("SL-10")),
    (SIGN, {"child_in_community": None}, slough("SL-10")),
    (SIGN, {"child_at_work": None}, slough("SL-10")),
    (SIGN, {"abuser_at_home": None}, slough("SL-10")),
    (SIGN, {"abuser_in_community": None}, slough("SL-10")),
    (SIGN, {"abuser_at_work": None}, slough("SL-10")),
    (SIGN, {"media_interest": True}, area_a("CF-30")),
    (SIGN, {"referrer_status": "high_profile"}, area_a("CF-30")),
    (SIGN, AGAIN | {"what_would_change_view": None}, area_a("CF-26")),
    (SIGN, AGAIN | {"new_evidence_weighed": None}, area_a("CF-26")),
    (SIGN, AGAIN | {"other_explanations": None}, area_a("CF-28")),
    (SIGN, {"roles_clear": None}, area_a("CF-27")),
    (SIGN, {"discussion_dynamics": None}, area_a("CF-27")),
    (SIGN, {"complex_abuse": True, "discussion_format": "video"}, area_a("CF-14")),
    # what was decided
    (SIGN, {"threshold": None}, ("WT-05", "WT-05", "WT-05", "CF-01")),
    (SIGN, {"threshold_basis": None}, ("WT-05", "WT-05", "WT-05", "CF-24")),
    (SIGN, {"threshold": "undecided"}, "PR-05"),
    (SIGN, {"section_47_decided": None}, ("WT-05", "WT-05", "SL-11", "CF-01")),
    (SIGN, {"decisions": []}, "IC-13"),
    (SIGN, {"section_47_decided": False}, "IC-13"),
    (
        SIGN,
        {"decisions": ["section_47", "no_further_action"]}
        | {
            key: answer for key, answer in NOTHING_DONE.items() if key.startswith(("no_", "single"))
        },
        "IC-13",
    ),
    (SIGN, {"section_47_reason": None}, REASON),
    (SIGN, {"police_investigation_reason": None}, REASON),
    (SIGN, {"decisions": ["section_47", "assessment"]}, REASON),
    (SIGN, {"decisions": ["section_47", "referral_elsewhere"]}, REASON),
    (SIGN, {"decisions": ["section_47", "disciplinary"]}, REASON),
    (SIGN, NOTHING_DONE | {"no_further_action_reason": None}, REASON),
    (SIGN, NOTHING_DONE | {"no_action_social_care_view": None}, "PR-11"),
    (SIGN, NOTHING_DONE | {"no_action_police_view": None}, "PR-11"),
    (SIGN, NOTHING_DONE | {"no_action_health_view": None}, "PR-11"),
    (SIGN, NOTHING_DONE | {"single_opinion_decisive": None}, "PR-11"),
    (SIGN, NOTHING_DONE | PROTECTED, "WT-06"),
    (SIGN, {"enquiry_type": None}, ("WT-05", "WT-05", "SL-12", "CF-01")),
    (SIGN, {"enquiry_plan": None}, ("WT-05", "WT-05", "WT-05", "CF-01")),
    (SIGN, {"criminal_investigation_plan": None}, ("WT-05", "WT-05", "SL-13", "WT-05")),
    (SIGN, {"consent": "not_required", "threshold": "not_met"}, area_a("CF-10")),
    (SIGN, {"consent": "refused"}, area_a("CF-10")),
    (SIGN, LEGAL | {"monitoring_plan": None}, area_a("CF-08")),
    (SIGN, LEGAL | {"monitoring_on": None}, area_a("CF-08")),
    (SIGN, LEGAL | {"legal_advice_sought": None}, area_a("CF-08")),
    (SIGN, EARLY | {"exceptional_start_reason": None}, area_a("CF-05")),
    (SIGN, EARLY | {"exceptional_start_authorised_by": None}, area_a("CF-05")),
    # the family, the child
    (SIGN, {"parents_told": None}, FAMILY),
    (SIGN, {"parents_told": "planned", "parents_told_by": "Sam Okafor"}, FAMILY),
    (SIGN, {"parents_told": "planned", "parents_told_on": date(2026, 12, 7)}, FAMILY),
    (SIGN, {"family_information": None}, ("WT-05", "WT-05", "SL-16", "WT-05")),
    (SIGN, WITHHOLDING, WITHHELD),
    (SIGN, {"parents_told": "withheld", "withhold_reasons": ["risk_to_child"]}, WITHHELD),
    (
        SIGN,
        WITHHOLDING | NO_POLICE | {"withhold_reasons": ["prejudice_investigation"]},
        area_a("CF-12"),
    ),
    (SIGN, {"communication_difficulty": True}, area_a("CF-23")),
    (SIGN, {"medical_needed": None}, MEDICAL),
    (SIGN, {"medical_purpose": None}, MEDICAL),
    (SIGN, {"medical_arranged_by": None}, MEDICAL),
    (SIGN, RELAYED | {"opinion_author": None}, "PR-09"),
    (SIGN, RELAYED | {"opinion_given_on": None}, "PR-09"),
    (SIGN, RELAYED | {"opinion_information_seen": None}, "PR-09"),
    (SIGN, RELAYED | {"opinion_relayed_by": None}, "PR-09"),
    (SIGN, {"interview_needed": None}, "IC-15"),
    (SIGN, {"interviewers": None}, slough("SL-15")),
    (SIGN, {"interview_planned_for": None}, slough("SL-15")),
    (SIGN, {"interview_place": None}, slough("SL-15")),
    (SIGN, {"interview_recorded": None}, slough("SL-15")),
    (
        SIGN,
        {"concern_categories": ["sexual"], "interviewer_gender_considered": None},
        slough("SL-15"),
    ),
    (SIGN, {"child_interview_plan_complete": None}, "IC-15"),
    (SIGN, {"child_interview_plan_due_on": None}, "IC-15"),
    (SIGN, {"child_interview_plan_owner": None}, "IC-15"),
    # actions, review, signature
    (SIGN, {"actions": with_action(due_on=None)}, ACTION),
    (SIGN, {"actions": with_action(person=None)}, ACTION),
    (SIGN, {"actions": with_action(agency=None)}, slough("SL-19")),
    (SIGN, {"actions": with_action(due_on=date(2026, 12, 11))}, slough("SL-14")),
    (
        SIGN,
        {"actions": with_action(urgent=False), "immediate_protection": True},
        slough("SL-14"),
    ),
    (SIGN, {"review_on": None}, ("WT-05", "WT-05", "SL-20", "CF-29")),
    (SIGN, BY_TELEPHONE, slough("SL-04")),
    (
        SIGN,
        {"discussion_format": "telephone", "follow_up_needed": False},
        slough("SL-04"),
    ),
    (
        SIGN,
        BY_TELEPHONE
        | {
            "participants": CAMHS_AWAY,
            "follow_up_needed": True,
            "follow_up_agreed_at": datetime(2026, 12, 4, 21, tzinfo=LONDON),
        },
        slough("SL-04"),
    ),
    (SIGN, {"follow_up_needed": True}, brighton("BH-11")),
    (SIGN, {"record_complete": None}, ("IC-09", "BH-15", "SL-22", "CF-24")),
]
