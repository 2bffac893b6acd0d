"""Draw small BPMN diagrams in a test: elements, then the ways between them.

    diagram("referral", user("record_referral"), way("start", "record_referral", "end"))

A start event `start` and an end event `end` are drawn unless the test draws its own.
"""

import re
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">'
)


def diagram(process, *drawn, lanes=None, also=""):
    """Return the file of one process. User tasks stand in the lane `Social worker` unless said."""
    body = "".join(drawn)
    if 'id="start"' not in body:
        body = start() + body
    if 'id="end"' not in body:
        body += end("end")
    if lanes is None:
        lanes = {"Social worker": re.findall(r'<bpmn:userTask id="([^"]+)"', body)}
    escalations = "".join(
        f'<bpmn:escalation id="Escalation_{code}" name="{code}" escalationCode="{code}"/>'
        for code in sorted(set(re.findall(r'escalationRef="Escalation_([^"]+)"', body)))
    )
    return (
        f'{_HEAD}{escalations}<bpmn:process id={quoteattr(process)} isExecutable="true">'
        f"{_lanes(lanes)}{body}</bpmn:process>{also}</bpmn:definitions>"
    ).encode()


def line(process, *ids):
    """Return a process of user tasks, one after the other."""
    return diagram(process, *(user(id) for id in ids), way("start", *ids, "end"))


def element(tag, id, inner="", **attributes):
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{tag} id="{id}"{written}>{inner}</bpmn:{tag}>'


def id_of(drawn):
    return drawn.split('id="')[1].split('"')[0]


def start(id="start", inner=""):
    return element("startEvent", id, inner)


def end(id, throws=None, inner="", name=None):
    return element("endEvent", id, inner + _escalation(throws), name=name or id)


def terminate(id):
    return end(id, inner="<bpmn:terminateEventDefinition/>")


def throw(id, code):
    return element("intermediateThrowEvent", id, _escalation(code), name=id)


def user(id, why="CF-17", inner="", **attributes):
    name = attributes.pop("name", id.replace("_", " ").capitalize())
    return element("userTask", id, documentation(why) + inner, name=name, **attributes)


def documentation(text):
    return f"<bpmn:documentation>{escape(text)}</bpmn:documentation>" if text else ""


def call(id, process=None):
    return element("callActivity", id, name=id, calledElement=process or id)


def decision(id, table):
    return element(
        "businessRuleTask",
        id,
        extension(f"<spiffworkflow:calledDecisionId>{table}</spiffworkflow:calledDecisionId>"),
        name=id,
    )


def service(id, operation):
    return element(
        "serviceTask",
        id,
        extension(f'<spiffworkflow:serviceTaskOperator id="{operation}"/>'),
        name=id,
    )


def extension(inner):
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def xor(id, default=None):
    return element("exclusiveGateway", id, name=id, **_default(default))


def either(id, default=None):
    return element("inclusiveGateway", id, name=id, **_default(default))


def both(id):
    return element("parallelGateway", id, name=id)


def timer(id, on, date=None, duration=None, cancel="false", inner=None):
    return element(
        "boundaryEvent",
        id,
        inner if inner is not None else when_due(date, duration),
        name=id,
        attachedToRef=on,
        cancelActivity=cancel,
    )


def pause(id, date=None, duration=None):
    return element("intermediateCatchEvent", id, when_due(date, duration), name=id)


def when_due(date=None, duration=None):
    kind, text = ("timeDate", date) if date is not None else ("timeDuration", duration)
    return (
        "<bpmn:timerEventDefinition>"
        f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )


def way(*ids):
    """Flows from each element to the next."""
    return "".join(flow(a, b) for a, b in pairwise(ids))


def flow(source, target, when=None, id=None):
    condition = (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        f"{escape(when)}</bpmn:conditionExpression>"
        if when is not None
        else ""
    )
    return element(
        "sequenceFlow", id or f"{source}_to_{target}", condition, sourceRef=source, targetRef=target
    )


def _default(target_flow):
    return {"default": target_flow} if target_flow else {}


def _escalation(code):
    return f'<bpmn:escalationEventDefinition escalationRef="Escalation_{code}"/>' if code else ""


def _lanes(lanes):
    drawn = "".join(
        f'<bpmn:lane id="lane_{number}" name={quoteattr(name)}>'
        + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
        + "</bpmn:lane>"
        for number, (name, ids) in enumerate(lanes.items())
    )
    return f'<bpmn:laneSet id="lanes">{drawn}</bpmn:laneSet>' if drawn else ""
