"""The roles there are: whom a lane may name, and what people are called on pages.

`PRACTITIONERS` work the pathway; `OTHERS` look after procedures, reports and the application. How
far each sees into a case is decided here, and answered in `processes.sight`.
"""

from enum import IntEnum

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


class Depth(IntEnum):
    """How much of a case somebody sees; each holds what the ones before it hold."""

    NOTHING = 0
    DATES = 1  # where it stands and by when what is due; nothing that was written
    PARTS = 2  # besides, the records of the discussions they took part in, and their own
    WHOLE = 3  # all records, facts, actions, and the history


# What a role sees of a case that its person has to do with. Roles that are not here see none.
SEES = {
    "first_response": Depth.WHOLE,
    "team_manager": Depth.WHOLE,
    "service_manager": Depth.WHOLE,
    "social_worker": Depth.WHOLE,
    "out_of_hours": Depth.WHOLE,
    "legal": Depth.WHOLE,
    "conference_chair": Depth.WHOLE,
    "police": Depth.PARTS,
    "health": Depth.PARTS,
    "education": Depth.PARTS,
    "other_agency": Depth.PARTS,
    "lado": Depth.PARTS,
    "referrer": Depth.PARTS,
    "conference_administrator": Depth.DATES,
}
# These see every case, whether or not they have to do with it.
SEE_EVERY_CASE = frozenset({"first_response", "team_manager", "service_manager"})
# These may open a case that is not theirs, with a reason and for a day.
MAY_OPEN = frozenset({"out_of_hours", "social_worker", "legal"})
