"""Measure, print and write `bench/results.md`: what `make bench` runs."""

from datetime import UTC, datetime
from pathlib import Path

from bench import measures, report, stores, work


def main() -> None:
    now, sizes = datetime.now(UTC), measures.Sizes()
    usual, long = work.record(now), work.record(now, work.LONG)
    measured = []
    for kind in (stores.sqlite, stores.postgresql):
        with kind(usual, now) as store:
            print(f"Measuring on {store.name} {store.version} …", flush=True)
            measured.append(
                report.Measured(
                    store.name,
                    store.version,
                    completing=measures.completing(store, usual, sizes),
                    completing_at_length=measures.completing_at_length(store, long, sizes),
                    firing=measures.firing(store, usual, sizes),
                    listing=measures.listing(store, usual, sizes),
                    size=measures.size(store, usual),
                    size_of_long=measures.size(store, long),
                )
            )
    print(report.write(Path(__file__).parent / "results.md", measured, sizes, usual, now))


main()
