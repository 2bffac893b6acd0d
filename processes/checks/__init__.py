"""What a procedure must satisfy before it is published: one function a rule, all told at once.

A diagram reaches SpiffWorkflow only when nothing was found that it would ignore, misread or stumble
over; it is then compiled, which has to succeed.
"""

from collections.abc import Callable, Iterator, Mapping

from processes.checks import (
    calls,
    choices,
    elements,
    expressions,
    flows,
    forms,
    papers,
    settings,
    tables,
    tasks,
    tokens,
)
from processes.checks.diagram import Diagram
from processes.checks.problem import Problem
from processes.checks.procedure import Files
from processes.engine import DiagramNotReadable, compile_processes

__all__ = ["Problem", "check"]

OF_A_DIAGRAM: tuple[Callable[[Diagram], Iterator[Problem]], ...] = (
    elements.one_process_named_like_its_file,
    elements.not_too_large,
    elements.only_known_parts_of_a_file,
    elements.only_known_elements,
    elements.only_known_parts_of_an_element,
    elements.only_known_events,
    elements.timers_do_not_interrupt,
    elements.events_on_a_border_have_one,
    elements.timers_and_calls_have_a_name,
    elements.ids_are_unique_and_not_reserved,
    elements.ids_of_tasks_are_names_of_forms,
    flows.one_start,
    flows.flows_lead_from_somewhere_to_somewhere,
    flows.flows_come_in_and_go_out_where_they_should,
    flows.everything_can_be_reached,
    flows.everything_leads_to_an_end,
    flows.choices_have_conditions_and_a_default,
    flows.conditions_stand_only_at_choices,
    flows.loops_wait_for_somebody,
    flows.timer_paths_ask_nobody,
    flows.timer_paths_do_not_return,
    tokens.tokens_come_through,
)
OF_A_PROCEDURE: tuple[Callable[[Files], Iterator[Problem]], ...] = (
    settings.settings_are_complete,
    settings.settings_are_read,
    settings.office_hours_are_times,
    settings.telling_is_known,
    settings.roles_are_known,
    settings.scopes_are_known,
    settings.origins_are_known,
    tasks.tasks_have_a_name_and_a_reason,
    tasks.tasks_stand_in_one_lane,
    tasks.lanes_have_a_role,
    tasks.tasks_have_a_form,
    tasks.forms_name_what_is_asked,
    calls.a_pathway_is_drawn,
    calls.each_process_is_drawn_once,
    calls.called_processes_are_drawn,
    calls.no_process_calls_itself,
    calls.escalations_start_a_process,
    calls.processes_beside_are_drawn,
    calls.cases_start_at_a_task,
    calls.decisions_have_a_table,
    calls.operations_are_known,
    tables.tables_have_their_columns,
    tables.rules_are_named_once,
    tables.cells_have_known_values,
    tables.cells_name_what_there_is,
    tables.cells_have_text,
    tables.cells_come_to_something,
    tables.deadlines_can_be_worked_out,
    tables.deadlines_count_from_something,
    tables.rows_of_one_answer_do_not_overlap,
    tables.rows_read_only_what_is_known,
    expressions.expressions_can_be_read,
    expressions.expressions_come_to_something,
    expressions.expressions_read_only_what_is_known,
    expressions.timers_give_an_instant,
    expressions.deadlines_have_a_row,
    expressions.deadlines_are_drawn,
    expressions.keys_of_forms_can_be_read,
    expressions.conditions_of_forms_read_only_what_is_known,
    expressions.conditions_of_forms_come_to_something,
    choices.comparisons_can_be_met,
    forms.rows_that_become_something_have_its_columns,
    forms.who_came_can_be_said,
    forms.what_is_sent_back_leads_back,
    papers.templates_can_be_filled_in,
    papers.markings_are_known,
)
# What these miss may be in a file that cannot be read: which is told, and not all that follows.
NEED_ALL: dict[Callable[[Files], Iterator[Problem]], frozenset[str]] = {
    tasks.lanes_have_a_role: frozenset((".toml",)),
    tasks.forms_name_what_is_asked: frozenset((".form",)),
    calls.called_processes_are_drawn: frozenset((".bpmn",)),
    calls.escalations_start_a_process: frozenset((".bpmn",)),
    calls.processes_beside_are_drawn: frozenset((".bpmn",)),
    calls.cases_start_at_a_task: frozenset((".bpmn",)),
    tables.rows_read_only_what_is_known: frozenset((".form", ".dmn")),
    expressions.expressions_read_only_what_is_known: frozenset((".form", ".dmn")),
    expressions.conditions_of_forms_read_only_what_is_known: frozenset((".form", ".dmn")),
    expressions.deadlines_are_drawn: frozenset((".bpmn", ".toml")),
    choices.comparisons_can_be_met: frozenset((".form", ".dmn")),
    forms.what_is_sent_back_leads_back: frozenset((".bpmn",)),
    papers.markings_are_known: frozenset((".bpmn",)),
}


def check(files: Mapping[str, bytes]) -> list[Problem]:
    """Return everything that keeps these files of a procedure from being published.

    `files` are its files by their names, forms as `forms/<task>.form`. Never raises for what is in
    them, however broken.
    """
    read = Files(files)
    found = set(read.unreadable)
    for diagram in read.diagrams.values():
        for rule_of_diagram in OF_A_DIAGRAM:
            found.update(rule_of_diagram(diagram))
    for rule in OF_A_PROCEDURE:
        if read.unread.isdisjoint(NEED_ALL.get(rule, ())):
            found.update(rule(read))
    if not any(problem.file.endswith(".bpmn") for problem in found):
        found.update(_compiled(read, files))
    return sorted(found)


def _compiled(read: Files, files: Mapping[str, bytes]) -> Iterator[Problem]:
    try:
        compile_processes({name: files[name] for name in read.diagrams})
    except DiagramNotReadable as error:
        yield Problem(error.file, error.element or "", error.says)
