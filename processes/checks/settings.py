"""Rules on procedure.toml: what the application reads of it."""

from collections.abc import Iterator
from datetime import date

from processes.calendar import Calendar
from processes.checks.problem import Problem
from processes.checks.procedure import SETTINGS, Files
from processes.facts import CASE, KINDS
from processes.library import OFFICE_HOURS
from processes.messages import OF_A_TASK
from processes.office import Office
from processes.roles import ROLES

SCOPES = (CASE[0], *KINDS)
ORIGINS = ("referral", "open_case", "linked")  # how a case begins: by a person, or from another
READ = frozenset(
    "name partnership in_force_from sources closed_days office_hours to_supply terms papers scopes"
    " signed_again roles telling start beside".split()
)
READ_BESIDE = frozenset(("process", "name", "roles", "closes_case"))


def settings_are_complete(files: Files) -> Iterator[Problem]:
    if not files.settings:
        return
    if not _is_a_name(files.settings.get("name")):
        yield Problem(SETTINGS, "name", "The procedure has no name. Give it the one to be shown.")
    for section in ("roles", "start"):
        if not files.section(section):
            yield Problem(SETTINGS, section, f"The section [{section}] is missing. Write it.")
    closed = files.settings.get("closed_days", [])
    if not isinstance(closed, list) or not all(isinstance(day, date) for day in closed):
        yield Problem(SETTINGS, "closed_days", "It is not a list of dates. Write [2027-12-28].")
    if type(files.settings.get("in_force_from", date.min)) is not date:
        yield Problem(SETTINGS, "in_force_from", "It is not a date. Write it as 2027-04-01.")


def settings_are_read(files: Files) -> Iterator[Problem]:
    """What nobody reads is a slip of the pen: it would say something, and change nothing."""
    given = [("", files.settings, READ)]
    given += [(f"beside.{n}", each, READ_BESIDE) for n, each in enumerate(files.beside, 1)]
    for place, settings, read in given:
        for name in sorted(settings.keys() - read):
            says = f"Nobody reads “{name}”. Correct it, or take it out."
            yield Problem(SETTINGS, place or name, says)
    for n, each in enumerate(files.beside, 1):
        if not _is_a_name(each.get("name")):
            says = "It has no name. Give it the one to be shown on its button."
            yield Problem(SETTINGS, f"beside.{n}", says)


def office_hours_are_times(files: Files) -> Iterator[Problem]:
    hours = files.settings.get("office_hours", OFFICE_HOURS)
    try:
        Office.read(Calendar(), hours)
    except (ValueError, TypeError):
        says = 'They are not two times, the earlier first. Write ["09:00", "17:00"].'
        yield Problem(SETTINGS, "office_hours", says)


def telling_is_known(files: Files) -> Iterator[Problem]:
    for task, kind in files.section("telling").items():
        if kind not in OF_A_TASK:
            says = f"“{kind}” is none of: {', '.join(OF_A_TASK)}."
            yield Problem(SETTINGS, f"telling.{task}", says)
        elif f"forms/{task}.form" not in files.names:
            yield Problem(SETTINGS, f"telling.{task}", f"There is no task “{task}”. Name another.")


def roles_are_known(files: Files) -> Iterator[Problem]:
    named = [(f"roles.{lane}", roles) for lane, roles in files.section("roles").items()]
    named += [(f"beside.{n}", each.get("roles", [])) for n, each in enumerate(files.beside, 1)]
    for place, roles in named:
        for role in roles if isinstance(roles, list) else [roles]:
            if str(role) not in ROLES:
                yield Problem(SETTINGS, place, f"There is no role “{role}”. Name another.")


def scopes_are_known(files: Files) -> Iterator[Problem]:
    for process, scope in files.section("scopes").items():
        if scope not in SCOPES:
            yield Problem(
                SETTINGS, f"scopes.{process}", f"“{scope}” is none of: {', '.join(SCOPES)}."
            )


def origins_are_known(files: Files) -> Iterator[Problem]:
    for origin in files.section("start"):
        if origin not in ORIGINS:
            says = f"No case begins so: “{origin}” is none of {', '.join(ORIGINS)}."
            yield Problem(SETTINGS, f"start.{origin}", says)


def _is_a_name(given: object) -> bool:
    return isinstance(given, str) and bool(given.strip())
