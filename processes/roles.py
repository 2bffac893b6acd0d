"""The roles there are: whom a lane may name, and what people are called on pages.

`PRACTITIONERS` work the pathway; `OTHERS` look after procedures, reports and the application.
"""

PRACTITIONERS = {
    "referrer": "Referrer",
    "first_response": "First response",
    "out_of_hours": "Out of hours team",
    "social_worker": "Social worker",
    "team_manager": "Team manager",
    "service_manager": "Service manager",
    "police": "Police",
    "health": "Health",
    "education": "Education",
    "other_agency": "Other agency",
    "lado": "Designated officer",
    "legal": "Legal adviser",
    "conference_chair": "Conference chair",
    "conference_administrator": "Conference administrator",
}
OTHERS = {
    "procedure_owner": "Procedure owner",
    "performance": "Performance",
    "auditor": "Auditor",
    "administrator": "Administrator",
}
ROLES = PRACTITIONERS | OTHERS

# Who works while the office is closed, and to whom what is not done in time is passed on, in order.
OUT_OF_HOURS = "out_of_hours"
MANAGERS = ("team_manager", "service_manager")
