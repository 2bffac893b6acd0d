"""How fast tasks and timers are, beside stock SpiffWorkflow and beside the bare transaction.

`python -m bench` measures side by side in one run, on SQLite and on PostgreSQL, prints a table and
writes `bench/results.md`. Absolute numbers are a machine's; the ratios are what it is about.
"""
