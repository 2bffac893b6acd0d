"""Many cases at once: the rows of one case, copied inside the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, insert, literal, select, true
from sqlalchemy.orm import aliased

from processes import database
from processes.models import Base, Case, Fact, FamilyGroup, Instance, Task, Timer

_tables = Base.metadata.tables


def copy(engine: Engine, case_id: int, cases: int) -> None:
    """Make so many more cases that stand where this one stands."""
    with database.writing(engine).begin() as session:
        connection = session.connection()
        _copy_case(connection, case_id, cases)
        for table in (Instance, Task, Fact, Timer):
            _copy_rows(connection, table, case_id)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")


def _copy_case(connection: Connection, case_id: int, cases: int) -> None:
    case = connection.execute(select(_tables["case"]).where(Case.id == case_id)).one()._asdict()
    last = connection.scalar(select(func.max(FamilyGroup.id))) or 0
    numbers = range(last + 1, last + 1 + cases)
    connection.execute(insert(_tables["family_group"]), [{"id": number} for number in numbers])
    del case["id"]
    rows = [
        {**case, "family_group_id": number, "reference": f"copy {number}"} for number in numbers
    ]
    connection.execute(insert(_tables["case"]), rows)


def _copy_rows(connection: Connection, table: type[Base], case_id: int) -> None:
    """Copy a case's rows of one table to every other case."""
    rows: Any = table.__table__
    other = aliased(Case)
    taken = {column.name: _copied(rows, column.name, other.id) for column in rows.columns}
    if rows.name in ("fact", "timer"):
        del taken["id"]  # the database numbers them
    copies = (
        select(*taken.values())
        .select_from(rows.join(other, true()))
        .where(rows.c.case_id == case_id, other.id != case_id)
    )
    connection.execute(insert(rows).from_select(list(taken), copies))


def _copied(rows: Table, name: str, case_id: Any) -> ColumnElement[Any]:
    """Return a column's value in the copy: keys carry the case's number behind them."""
    column: ColumnElement[Any] = rows.c[name]
    if name == "case_id":
        column = case_id.label(name)
    if name == "instance_id" or (name in ("id", "key") and rows.name in ("instance", "task")):
        numbered: ColumnElement[Any] = column + literal("-") + case_id.cast(column.type)
        return numbered
    return column
