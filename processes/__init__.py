"""What runs: procedures, cases, their facts, deadlines and timers. Nothing here knows Flask."""
