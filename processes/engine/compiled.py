"""How compiled diagrams are written as JSON: the classes of our subset and no others."""

# mypy: disallow-subclassing-any=False
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default import event_definition, process_spec, task_spec
from SpiffWorkflow.bpmn.serializer.helpers import spec as base
from SpiffWorkflow.bpmn.specs import bpmn_process_spec, control, defaults
from SpiffWorkflow.bpmn.specs.event_definitions import simple

from processes.engine import elements, timers


class _DecisionConverter(task_spec.BpmnTaskSpecConverter):
    def to_dict(self, spec: Any) -> dict[str, Any]:
        return {**super().to_dict(spec), "decision": spec.decision}


class _OperationConverter(task_spec.BpmnTaskSpecConverter):
    def to_dict(self, spec: Any) -> dict[str, Any]:
        return {**super().to_dict(spec), "operation": spec.operation}


class _TimerConverter(base.EventDefinitionConverter):
    def to_dict(self, timer: Any) -> dict[str, Any]:
        return {**super().to_dict(timer), "expression": timer.expression, "counted": timer.counted}


REGISTRY = BpmnWorkflowSerializer.configure(
    {
        bpmn_process_spec.BpmnProcessSpec: process_spec.BpmnProcessSpecConverter,
        control.BpmnStartTask: task_spec.BpmnStartTaskConverter,
        control._EndJoin: task_spec.BpmnTaskSpecConverter,
        control.SimpleBpmnTask: task_spec.BpmnTaskSpecConverter,
        control.BoundaryEventSplit: task_spec.BpmnTaskSpecConverter,
        control.BoundaryEventJoin: task_spec.EventJoinConverter,
        defaults.StartEvent: task_spec.EventConverter,
        defaults.EndEvent: task_spec.EventConverter,
        defaults.IntermediateThrowEvent: task_spec.EventConverter,
        defaults.IntermediateCatchEvent: task_spec.EventConverter,
        defaults.BoundaryEvent: task_spec.BoundaryEventConverter,
        defaults.UserTask: task_spec.BpmnTaskSpecConverter,
        elements.DecisionTask: _DecisionConverter,
        elements.OperationTask: _OperationConverter,
        elements.CallActivity: task_spec.SubWorkflowConverter,
        elements.ExclusiveGateway: task_spec.ExclusiveGatewayConverter,
        elements.InclusiveGateway: task_spec.ConditionalGatewayConverter,
        elements.ParallelGateway: task_spec.ParallelGatewayConverter,
        simple.NoneEventDefinition: base.EventDefinitionConverter,
        simple.TerminateEventDefinition: base.EventDefinitionConverter,
        elements.Escalation: event_definition.ErrorEscalationEventDefinitionConverter,
        timers.BoundaryTimer: _TimerConverter,
        timers.CatchTimer: _TimerConverter,
    }
)
