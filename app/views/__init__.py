"""The views, a module for each thing people do. They do not know each other."""

from flask import Flask

from app.views import (
    account,
    cases,
    deadlines,
    health,
    mail,
    messages,
    papers,
    procedures,
    records,
    referrals,
    tasks,
)


def init(app: Flask) -> None:
    """Register every view."""
    for module in (
        account,
        tasks,
        messages,
        cases,
        records,
        papers,
        referrals,
        deadlines,
        procedures,
        mail,
        health,
    ):
        app.register_blueprint(module.pages)
