"""SpiffWorkflow, and nothing else imports it: diagrams are compiled, and instances run.

`compile_processes` and `load_specs` turn a procedure's diagrams into what is kept and what is run;
`Running` is one instance during one transaction; `World` is what it asks the application.
"""

from processes.engine.parser import (
    DiagramNotReadable,
    Specs,
    SpecsNotReadable,
    compile_processes,
    load_specs,
    read_xml,
)
from processes.engine.running import ProcedureRunsAway, ProcedureStandsStill, Running, TaskNotOpen
from processes.engine.state import NoPlaceForToken, StateNotReadable
from processes.engine.world import OpenTask, Passed, Stage, Thrown, WaitingTimer, World

__all__ = [
    "DiagramNotReadable",
    "NoPlaceForToken",
    "OpenTask",
    "Passed",
    "ProcedureRunsAway",
    "ProcedureStandsStill",
    "Running",
    "Specs",
    "SpecsNotReadable",
    "Stage",
    "StateNotReadable",
    "TaskNotOpen",
    "Thrown",
    "WaitingTimer",
    "World",
    "compile_processes",
    "load_specs",
    "read_xml",
]
