"""The measurements in a very short form: they measure what they say, however long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bench import bare, crowd, measures, report, stores, work
from bench.measures import BARE, CPU, HTTP, OURS, STATEMENTS, STOCK, Results, Sizes
from bench.ours import Ours
from bench.stock import Stock
from processes import database
from processes.models import Base, Record, Task

NOW = datetime(2026, 12, 4, 16, 50, tzinfo=UTC)
SHORT = Sizes(rounds=1, cases=1, timers=2, open_tasks=30, lists=1, sample=2)


@pytest.fixture(scope="module")
def pathway() -> work.Work:
    return work.record(NOW)


@pytest.fixture(scope="module")
def store(pathway: work.Work) -> Iterator[stores.Store]:
    with stores.sqlite(pathway, datetime.now(UTC)) as store:
        yield store


@pytest.fixture
def two_databases(store: stores.Store) -> Iterator[tuple[Engine, Engine]]:
    with store.fresh() as one, store.fresh() as other:
        engines = database.connect(one), database.connect(other)
        yield engines
        for engine in engines:
            engine.dispose()


def test_the_work_goes_from_referral_to_conference_and_lies_ahead(pathway):
    assert pathway.deeds[0].element == "record_referral"
    assert pathway.deeds[-1].element == "hold_conference"
    assert all(deed.at > NOW for deed in pathway.deeds)


def test_longer_narrative_is_in_the_answers(pathway):
    usual, long = (
        sum(len(str(deed.answers)) for deed in each.deeds)
        for each in (pathway, work.record(NOW, work.LONG))
    )
    assert long > usual + 5 * (work.LONG - work.USUAL)


def test_the_bare_transactions_leave_the_same_rows_as_ours(pathway, two_databases):
    first, second = two_databases
    ours = Ours(first, pathway)
    tape = bare.put_on(ours.writes)
    measures.take_down(ours, 1, tape)

    assert bare.play(second, tape) > 0
    assert _rows(second) == _rows(first)
    assert len(_rows(first)["record"]) == (1 + measures.WARM_UP) * len(pathway.deeds)
    assert tape.statements > len(pathway.tasks)


def test_stock_does_the_same_tasks_and_keeps_the_same_records(pathway, two_databases):
    ours, stock = two_databases
    measures.take_down(Ours(ours, pathway), 1)
    measures.take_down(Stock(stock, pathway), 1)

    assert _elements(stock, Record) == _elements(ours, Record)
    assert _elements(stock, Task) == _elements(ours, Task)


def test_stock_fires_the_timer_that_ours_fires(pathway, two_databases):
    first, second = two_databases
    ours, stock = Ours(first, pathway), Stock(second, pathway)
    ours.start()
    stock.start()

    assert ours.fire(ours.due_at()) > 0
    assert stock.fire(stock.put_timers_into_the_past()) > 0
    assert _elements(second, Task) == _elements(first, Task)
    assert "explain_lateness" in _elements(first, Task)


def test_a_crowd_has_the_tasks_of_the_case_it_was_copied_from(pathway, two_databases):
    engine, _ = two_databases
    case_id = Ours(engine, pathway).start()
    crowd.copy(engine, case_id, 10)

    assert _elements(engine, Task) == ["screen_referral"] * 11


def test_everything_is_measured_and_written_down(store, pathway, tmp_path: Path):
    measured = report.Measured(
        store.name,
        store.version,
        completing=measures.completing(store, pathway, SHORT),
        completing_at_length=measures.completing_at_length(store, pathway, SHORT),
        firing=measures.firing(store, pathway, SHORT),
        listing=measures.listing(store, pathway, SHORT),
        size=measures.size(store, pathway),
        size_of_long=measures.size(store, pathway),
    )

    assert _ways(measured.completing) == {OURS, HTTP, STOCK, BARE, CPU, STATEMENTS}
    assert _ways(measured.completing_at_length) == {OURS, STOCK}
    assert _ways(measured.firing) == {OURS, STOCK, BARE}
    assert _ways(measured.listing) == {HTTP, STOCK, BARE, STATEMENTS}
    written = report.write(tmp_path / "results.md", [measured], SHORT, pathway, NOW)
    assert (tmp_path / "results.md").read_text() == written
    assert "## SQLite" in written
    assert f"| completing a task, {OURS}" in written


def test_a_ratio_is_that_of_the_rounds_not_of_the_medians():
    results = Results()
    for ours, stock in ((10.0, 1.0), (20.0, 10.0), (300.0, 100.0)):
        results.add(OURS, ours)
        results.add(STOCK, stock)

    assert results.median(OURS) == 20.0
    assert results.ratio(OURS, STOCK) == 3.0


def _ways(results: Results) -> set[str]:
    return {way for way, figures in results.figures.items() if all(each > 0 for each in figures)}


def _elements(engine: Engine, table: type[Record] | type[Task]) -> list[str]:
    with database.reading(engine)() as session:
        return sorted(session.scalars(select(table.element)))


def _rows(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


def test_a_storm_stays_under_the_other_results_when_they_are_written_anew(tmp_path: Path):
    results = tmp_path / "results.md"
    results.write_text("# How fast it is\n")
    for said in ("- 40 a second\n", "- 80 a second\n"):
        report.write_storm(results, said)
    assert results.read_text() == f"# How fast it is\n\n{report.STORM}\n\n- 80 a second\n"
