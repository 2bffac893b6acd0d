"""What is measured: completing, firing, listing, and the size of what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import Engine

from bench import bare, crowd, served
from bench.ours import Ours, just_before
from bench.stock import Stock
from bench.stores import PASSWORD, Store, email
from bench.work import Work
from processes import database

WARM_UP = 1  # cases on each new connection before any is measured
OURS, HTTP, STOCK, BARE = "ours", "ours over HTTP", "stock SpiffWorkflow", "bare transaction"
CPU, STATEMENTS = "processor milliseconds", "statements"


@dataclass(frozen=True)
class Sizes:
    """How much is done: enough to be steady, little enough for one run of a few minutes."""

    rounds: int = 5
    cases: int = 4  # whole pathways a round
    timers: int = 60  # due at one instant, a round
    open_tasks: int = 10_000
    lists: int = 20  # times the list is asked for
    sample: int = 100  # instances that stock loads for its list


@dataclass
class Results:
    """Each round's figures by way: per second, milliseconds, bytes or statements."""

    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, way: str, figure: float) -> None:
        self.figures[way].append(figure)

    def median(self, way: str) -> float:
        return median(self.figures[way])

    def ratio(self, way: str, to: str) -> float:
        """Return the median of the rounds' own ratios: each round was measured side by side."""
        pairs = zip(self.figures[way], self.figures[to], strict=True)
        return median(one / other for one, other in pairs)


def completing(store: Store, work: Work, sizes: Sizes) -> Results:
    """Tasks completed in a second, whole pathways long, and the server's processor time for one."""
    results = Results()
    tape = _taped_pathways(store, work, sizes.cases)
    done = sizes.cases * len(work.tasks)
    now = work.in_the_present(datetime.now(UTC))
    with store.fresh() as url, served.serve(url, now) as server, _engine(url) as beside:
        at_server = Ours(beside, now)
        _served_pathways(server, at_server, 1)
        for _ in range(sizes.rounds):
            with _fresh(store) as engine:
                results.add(OURS, done / take_down(Ours(engine, work), sizes.cases))
            used = server.cpu_seconds()
            results.add(HTTP, done / _served_pathways(server, at_server, sizes.cases))
            results.add(CPU, (server.cpu_seconds() - used) / done * 1e3)
            with _fresh(store) as engine:
                results.add(STOCK, done / take_down(Stock(engine, work), sizes.cases))
            with _fresh(store) as engine:
                results.add(BARE, done / bare.play(engine, tape))
    results.add(STATEMENTS, tape.statements / done)
    return results


def completing_at_length(store: Store, work: Work, sizes: Sizes) -> Results:
    """Tasks completed in a second when people write at length in each form."""
    results = Results()
    done = sizes.cases * len(work.tasks)
    for _ in range(sizes.rounds):
        for name, way in ((OURS, Ours), (STOCK, Stock)):
            with _fresh(store) as engine:
                results.add(name, done / take_down(way(engine, work), sizes.cases))
    return results


def firing(store: Store, work: Work, sizes: Sizes) -> Results:
    """Timers fired in a second that were due at one instant, each in a case of its own."""
    results = Results()
    for _ in range(sizes.rounds):
        with _fresh(store) as engine:
            ours = Ours(engine, work)
            tape = bare.put_on(ours.writes)
            for cases in (WARM_UP, sizes.timers):
                _start(ours, cases)
                instant = ours.due_at()
                ours.fire(just_before(instant))  # the reminders
                with tape.measuring(cases != WARM_UP):
                    rate = ours.fire(instant)
            results.add(OURS, rate)
        with _fresh(store) as engine:
            stock = Stock(engine, work)
            for cases in (WARM_UP, sizes.timers):
                _start(stock, cases)
                rate = stock.fire(stock.put_timers_into_the_past())
            results.add(STOCK, rate)
        with _fresh(store) as engine:
            results.add(BARE, sizes.timers / bare.play(engine, tape))
    return results


def listing(store: Store, work: Work, sizes: Sizes) -> Results:
    """Milliseconds for the first page of the tasks of a role, among many that are open."""
    results = Results()
    begun = work.until("screen_referral")
    reader = next(deed.by for deed in work.deeds if deed.element == "plan_strategy_discussion")
    with store.fresh() as url, _engine(url) as engine:
        ours = Ours(engine, work)
        case_id = ours.start()
        for deed in begun.tasks:
            ours.complete(case_id, deed)
        crowd.copy(engine, case_id, sizes.open_tasks // 3)
        with served.serve(url, work) as server:
            server.list_tasks(reader)
            for _ in range(sizes.lists):
                results.add(HTTP, server.list_tasks(reader) * 1e3)
        tape = _taped_list(url, reader)
        for _ in range(sizes.lists):
            results.add(BARE, bare.play(engine, tape) * 1e3)
        results.add(STATEMENTS, tape.statements)
    with _fresh(store) as engine:
        stock = Stock(engine, work)
        for _ in range(sizes.sample):
            case_id = stock.start()
        for _ in range(3):
            seconds, found = stock.list_tasks(sizes.sample)
            results.add(STOCK, seconds / found * sizes.open_tasks * 1e3)
    return results


def size(store: Store, work: Work) -> Results:
    """Bytes kept of a case's state, at the end of the pathway and where it is largest."""
    results = Results()
    for name, way in ((OURS, Ours), (STOCK, Stock)):
        with _fresh(store) as engine:
            keeper = way(engine, work)
            case_id = keeper.start()
            found = [keeper.state_size(case_id)]
            for deed in work.tasks:
                keeper.complete(case_id, deed)
                found.append(keeper.state_size(case_id))
            results.add(f"{name}, at the end", found[-1])
            results.add(f"{name}, largest", max(found))
    return results


def _taped_pathways(store: Store, work: Work, cases: int) -> bare.Tape:
    with _fresh(store) as engine:
        ours = Ours(engine, work)
        tape = bare.put_on(ours.writes)
        take_down(ours, cases, tape)
    return tape


def _taped_list(url: str, reader: str) -> bare.Tape:
    """Return what the database is asked for the page, by the same app in this process."""
    from app import create_app
    from app.config import Settings

    app = create_app(Settings(database_url=url, secret_key=served.SECRET))
    engine = app.extensions["engine"]
    client = app.test_client()
    form = {"email": email(reader), "password": PASSWORD}
    client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    client.get("/tasks")
    tape = bare.put_on(engine)
    with tape.measuring():
        client.get("/tasks")
    engine.dispose()
    return tape


def _start(way: Ours | Stock, cases: int) -> None:
    for _ in range(cases):
        way.start()


def take_down(way: Ours | Stock, cases: int, tape: bare.Tape | None = None) -> float:
    """Take cases down the whole pathway, one after the other; return the seconds of their tasks."""
    seconds = 0.0
    for number in range(WARM_UP + cases):
        case_id = way.start()
        is_measured = number >= WARM_UP
        with (tape or bare.Tape()).measuring(is_measured):
            taken = sum(way.complete(case_id, deed) for deed in way.work.tasks)
        seconds += taken if is_measured else 0.0
    return seconds


def _served_pathways(server: served.Server, ours: Ours, cases: int) -> float:
    seconds = 0.0
    for _ in range(cases):
        case_id = ours.start()
        for deed in ours.work.tasks:
            seconds += server.complete(ours.key(case_id, deed.element), deed)
    return seconds


@contextmanager
def _fresh(store: Store) -> Iterator[Engine]:
    with store.fresh() as url, _engine(url) as engine:
        yield engine


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = database.connect(url)
    yield engine
    engine.dispose()
