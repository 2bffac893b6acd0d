"""What promises units, errors and sources of rules says them where a reader looks."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import feel
from processes import calendar, deadlines


@pytest.mark.parametrize("module", [feel, calendar, deadlines], ids=lambda module: module.__name__)
def test_every_public_function_says_what_it_promises(module: ModuleType) -> None:
    public = {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__.partition(".")[0] == module.__name__.partition(".")[0]
    }
    assert public
    assert [name for name, thing in public.items() if not thing.__doc__] == []
