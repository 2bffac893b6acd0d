"""What completing a task asks of the database, over every completion of whole pathways."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import event

from processes import library, scenarios
from processes.scenarios.replay import Replay

ROOT = Path(__file__).parent.parent.parent / "bpmn"
MOST_STATEMENTS = 15
WHOLE_PATHWAYS = [
    "england/everything_in_time",
    "brighton_and_hove/s1_three_siblings",
    "family_community_services/s2a_enquiry_before_discussion",
    "slough/s3_open_case_deferred",
]
LOCK, OF_TASK, SAVE = 'SELECT "case".id', "(SELECT task.case_id", 'UPDATE "case" SET'
MORE = ("UPDATE involvement", "INSERT INTO involvement", "INSERT INTO action")


def completions(asked: list[str]) -> list[list[str]]:
    """Return what each completion asked, from locking its first case to the last that was saved."""
    edges = [n for n, sql in enumerate(asked) if sql.startswith("BEGIN")]
    found = []
    for start, end in pairwise([*edges, len(asked)]):
        locks = [n for n in range(start, end) if asked[n].startswith(LOCK) and OF_TASK in asked[n]]
        saves = [n for n in range(start, end) if asked[n].startswith(SAVE)]
        if locks and saves:  # else it was refused
            found.append(asked[locks[0] : saves[-1] + 1])
    return found


@pytest.mark.parametrize("name", WHOLE_PATHWAYS)
def test_every_completion_of_a_whole_pathway_asks_at_most_15_statements(name):
    folder, file = name.split("/")
    scenario = scenarios.read(ROOT / folder / "scenarios" / f"{file}.yaml")
    run, asked = Replay(scenario, library.read(folder)), []
    event.listen(run.engine, "before_cursor_execute", lambda _c, _cur, sql, *_: asked.append(sql))
    assert all(each.holds for each in run.outcomes())
    run.engine.dispose()
    done = completions(asked)
    assert len(done) > 10
    assert [each for each in done if len(each) > allowed(each)] == []


def allowed(asked: list[str]) -> int:
    """A completion for several children, or one that starts another child's case, does the work
    of as many. A discussion's record also says who takes part and what was agreed: a statement more
    for each table.
    """
    more = sum(sql.startswith(MORE) for sql in asked)
    return MOST_STATEMENTS * sum(sql.startswith(SAVE) for sql in asked) + more
