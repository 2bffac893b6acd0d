"""The views, a module for each thing people do. They do not know each other."""

from flask import Flask

from app.views import (
    account,
    actions,
    cases,
    copies,
    deadlines,
    health,
    history,
    mail,
    messages,
    opening,
    papers,
    password,
    people,
    procedures,
    records,
    referrals,
    tasks,
)

MODULES = (
    account,
    password,
    tasks,
    messages,
    cases,
    actions,
    opening,
    records,
    copies,
    papers,
    referrals,
    deadlines,
    procedures,
    history,
    people,
    mail,
    health,
)


def init(app: Flask) -> None:
    """Register every view."""
    for module in MODULES:
        app.register_blueprint(module.pages)
