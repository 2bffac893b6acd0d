"""What completing a task asks of the database, taken down while a scenario is replayed."""

from __future__ import annotations

from sqlalchemy import Engine, event

MOST = 15  # for a case; a completion for several children does the work of as many
_TAKING, _OF_TASK = 'UPDATE "case" SET changed_at', "(SELECT task.case_id"
_BEGINNING = 'INSERT INTO "case"'
_COMMIT, _ROLLBACK = "COMMIT", "ROLLBACK"


def listen(engine: Engine) -> list[str]:
    """Return the list to which from now on is written what a database is asked."""
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, sql, *_: asked.append(sql))
    event.listen(engine, "commit", lambda _: asked.append(_COMMIT))
    event.listen(engine, "rollback", lambda _: asked.append(_ROLLBACK))
    return asked


def completions(asked: list[str]) -> list[list[str]]:
    """Return what each completion asked, from taking its first case to its commit."""
    found: list[list[str]] = []
    open_one: list[str] = []
    for sql in asked:
        if sql == _COMMIT and open_one:
            found.append(open_one)
        if sql in (_COMMIT, _ROLLBACK):
            open_one = []
        elif open_one or _is_taking(sql):
            open_one.append(sql)
    return found


def allowed(asked: list[str]) -> int:
    """Return how many statements a completion may ask: as for each child it is for, and for each
    whose case it begins.
    """
    return MOST * sum(_is_taking(sql) or sql.startswith(_BEGINNING) for sql in asked)


def _is_taking(sql: str) -> bool:
    return sql.startswith(_TAKING) and _OF_TASK in sql
