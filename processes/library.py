"""Local procedures and their versions: read from a folder, published, resolved with fallback.

A local procedure's folder holds only the files that differ; a missing file is England's. That is
the one rule of inheritance. Nothing here commits.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import orjson
from lxml import etree
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

import feel
import forms
from processes import deadlines
from processes.calendar import Calendar
from processes.deadlines import Deadline
from processes.engine import Specs, compile_processes, load_specs
from processes.facts import Facts
from processes.models import Person, ProcedureVersion
from processes.office import Office

NATIONAL = "england"
ROOT = Path(__file__).parent.parent
OFFICE_HOURS = ["09:00", "17:00"]
_EXPRESSIONS = ("{*}conditionExpression", "{*}timeDate", "{*}timeDuration")
_NOT_DRIVING = {"signing"}  # reads whole records, so it makes nothing a fact
_ENDINGS = (".bpmn", ".dmn", ".toml")
_BINARY = ".docx"
_compiled: dict[str, Procedure] = {}


class ProcedureNotFound(LookupError):
    """There is no folder of this name in bpmn/ with a procedure.toml."""


class ProcedureNotReadable(ValueError):
    """A file of the procedure is broken; the message says which, where, and what to do."""


class ProcedureRefused(ValueError):
    """The procedure fails the checks and was not published; `problems` says all of them."""

    def __init__(self, problems: list[Any]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Procedure:
    """A local procedure in memory: its files by name, and what they say once compiled."""

    name: str
    files: Mapping[str, bytes]
    restored: Specs | None = None  # what its diagrams say, when they were compiled before

    @cached_property
    def hash(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{len(self.files[name])}\0".encode() + self.files[name])
        return digest.hexdigest()

    @cached_property
    def settings(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.files["procedure.toml"].decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ProcedureNotReadable(f"{self.name}/procedure.toml: {error}") from error

    @property
    def title(self) -> str:
        return str(self.settings.get("name", self.name))

    @cached_property
    def specs(self) -> Specs:
        return self.restored or load_specs(self.compile())

    def compile(self) -> dict[str, Any]:
        return compile_processes({n: f for n, f in self.files.items() if n.endswith(".bpmn")})

    @cached_property
    def tables(self) -> dict[str, feel.DecisionTable]:
        tables: dict[str, feel.DecisionTable] = {}
        for name, content in self.files.items():
            if name.endswith(".dmn"):
                tables.update(_tables(content, name))
        return tables

    @cached_property
    def forms(self) -> dict[str, forms.Form]:
        return {
            Path(name).stem: _form(content, name)
            for name, content in self.files.items()
            if name.endswith(".form")
        }

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.settings.get("closed_days", []))

    @cached_property
    def office(self) -> Office:
        return Office.read(self.calendar, self.settings.get("office_hours", OFFICE_HOURS))

    def tells_as(self, element: str) -> str | None:
        """Return as what people are told of a task, where that is not just that it waits."""
        said: str | None = self.settings.get("telling", {}).get(element)
        return said

    def deadlines(self, facts: Facts, now: datetime) -> list[Deadline]:
        """Return every deadline that follows from the facts, each scored by itself."""
        table = self.tables["deadlines"]
        return deadlines.evaluate(table, facts.contexts(), self.calendar, now)

    @cached_property
    def fact_names(self) -> frozenset[str]:
        """The questions whose answers are facts: those that a diagram or a deciding table names."""
        asked = {key for form in self.forms.values() for key in form.keys}
        return frozenset(asked & set(self._names_that_drive()))

    def _names_that_drive(self) -> Iterator[str]:
        for name, table in self.tables.items():
            if name not in _NOT_DRIVING:
                yield from table.names | table.members
        for name, content in self.files.items():
            if name.endswith(".bpmn"):
                for expression in _expressions(content):
                    yield from expression.names | expression.members

    def scope_of(self, process: str) -> str:
        """Return the kind of scope that a run of this called process opens."""
        return str(self.settings.get("scopes", {}).get(process, "case"))

    def roles_of(self, lane: str | None) -> list[str]:
        roles = self.settings.get("roles", {}).get(lane, [])
        return [roles] if isinstance(roles, str) else list(roles)

    def template_of(self, task: str) -> bytes | None:
        """Return the DOCX that a paper of this task fills in: its own, else that of any record."""
        return self.files.get(f"papers/{task}.docx") or self.files.get("papers/record.docx")

    def marking(self, process: str) -> str:
        """Say who may have a paper that was written in this process."""
        markings = self.settings.get("papers", {}).get("confidential", {})
        return str(markings.get(process) or markings.get("any") or "Confidential")

    @cached_property
    def signing_tasks(self) -> frozenset[str]:
        """The tasks whose completion `signing.dmn` has a say in."""
        table = self.tables.get("signing")
        inputs = table.inputs if table else ()
        columns = [at for at, each in enumerate(inputs) if "task" in each.expression.names]
        cells = [rule.tests[at] for at in columns for rule in table.rules] if table else []
        return frozenset(task for task in self.forms if any(c.matches(task, {}) for c in cells))


def names(root: Path = ROOT) -> list[str]:
    """Return the local procedures there are, the national one first."""
    found = [each.parent.name for each in (root / "bpmn").glob("*/procedure.toml")]
    return sorted(found, key=lambda name: (name != NATIONAL, name))


def read(name: str, root: Path = ROOT) -> Procedure:
    """Read a local procedure's folder, with England's file wherever it has none."""
    folder = root / "bpmn" / name
    if not re.fullmatch(r"[a-z0-9_]+", name) or not (folder / "procedure.toml").is_file():
        raise ProcedureNotFound(
            f"There is no procedure {name!r}; there are {', '.join(names(root))}."
        )
    try:
        return Procedure(name, {**_files(root, NATIONAL), **_files(root, name)})
    except OSError as error:
        raise ProcedureNotReadable(f"{error.filename}: {error.strerror}.") from None


def publish(
    session: Session, procedure: Procedure, *, by: Person | None, now: datetime
) -> ProcedureVersion:
    """Publish a procedure unless its latest version is the same, or it fails the checks."""
    from processes import checks  # the checks need the compiled form of what they refuse

    latest = session.scalars(_versions(procedure.name).limit(1)).first()
    if latest and latest.hash == procedure.hash:
        return latest
    if problems := checks.check(procedure.files):
        raise ProcedureRefused(problems)
    version = ProcedureVersion(
        procedure=procedure.name,
        number=latest.number + 1 if latest else 1,
        hash=procedure.hash,
        content=_pack(procedure),
        in_force_from=procedure.settings.get("in_force_from", now.date()),
        published_at=now,
        published_by_id=by.id if by else None,
    )
    session.add(version)
    session.flush()
    return version


def rehearse(session: Session, procedure: Procedure, now: datetime) -> ProcedureVersion:
    """Put a procedure, unchecked, into a replay's database, which ends with this process."""
    remember(procedure)
    version = ProcedureVersion(
        procedure=procedure.name,
        number=1,
        hash=procedure.hash,
        content=b"",
        in_force_from=now.date(),
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version


def remember(procedure: Procedure) -> None:
    """Keep a procedure by its hash, so that its versions need not be read from the database."""
    _compiled.setdefault(procedure.hash, procedure)


def in_force(session: Session, name: str, on: date) -> ProcedureVersion:
    """Return the version of a local procedure that a case started on this day follows."""
    version = session.scalars(
        _versions(name).where(ProcedureVersion.in_force_from <= on).limit(1)
    ).first()
    if version is None:
        raise ProcedureNotFound(f"No version of {name!r} is in force on {on:%d %B %Y}.")
    return version


def procedure_of(version: ProcedureVersion) -> Procedure:
    """Return a published version's procedure, compiled; kept by hash, for versions never change."""
    if version.hash not in _compiled:
        _compiled[version.hash] = _unpack(version.procedure, version.content)
    return _compiled[version.hash]


def procedure_with(session: Session, version_id: int, hash: str) -> Procedure:
    """Return the procedure of a version whose hash was read already: most often it is known."""
    known = _compiled.get(hash)
    return known or procedure_of(session.get_one(ProcedureVersion, version_id))


def _versions(name: str) -> Select[ProcedureVersion]:
    newest = (ProcedureVersion.number.desc(), ProcedureVersion.id.desc())
    return select(ProcedureVersion).where(ProcedureVersion.procedure == name).order_by(*newest)


def _files(root: Path, name: str) -> dict[str, bytes]:
    files = {
        each.name: each.read_bytes()
        for each in sorted((root / "bpmn" / name).iterdir())
        if each.suffix in _ENDINGS
    }
    for folder, pattern in (("forms", "*.form"), ("papers", "*.docx")):
        for each in sorted((root / folder / name).glob(pattern)):
            files[f"{folder}/{each.name}"] = each.read_bytes()
    return files


def _expressions(diagram: bytes) -> Iterator[feel.Expression]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for element in etree.fromstring(diagram, parser).iter(*_EXPRESSIONS):
        if element.text and element.text.strip():
            yield feel.compile(element.text)


# Local procedures share most of England's files: each is held and read once, whoever asks.
_same = lru_cache(maxsize=512)(bytes)
_form = lru_cache(maxsize=512)(forms.load)
_tables = lru_cache(maxsize=64)(feel.read_dmn)


def _pack(procedure: Procedure) -> bytes:
    text = {n: f.decode() for n, f in procedure.files.items() if not n.endswith(_BINARY)}
    rest = {n: b64encode(f).decode() for n, f in procedure.files.items() if n.endswith(_BINARY)}
    compiled = orjson.dumps(procedure.compile()).decode()
    return zlib.compress(orjson.dumps({"files": text, "binary": rest, "compiled": compiled}))


def _unpack(name: str, content: bytes) -> Procedure:
    packed = orjson.loads(zlib.decompress(content))
    files = {each: _same(text.encode()) for each, text in packed["files"].items()}
    files |= {each: _same(b64decode(text)) for each, text in packed.get("binary", {}).items()}
    return Procedure(name, files, load_specs(orjson.loads(packed["compiled"])))
