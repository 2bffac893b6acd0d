"""A scenario: a case told with dates and expectations, in a file an owner reads and writes.

    title: Enquiry before the discussion
    procedure: family_community_services
    children: [Ana R]
    steps:
      - at: Sat 27 Mar 2027 21:40
        start: referral
        by: Night worker (out_of_hours)
        answers: {referral_received_at: Sat 27 Mar 2027 21:40, recent_abuse: yes}
        then:
          - CF-16 is due Sat 27 Mar 2027 23:59:59
          - task plan_strategy_discussion is not open

A step says when (`at`; without it, at the same moment as the step before), what is done and `by`
whom, and what must be true `then`. It does one thing, or none, and then only time passes:

    start     referral, open_case …: as [start] of procedure.toml names them
    complete  a task                 revise  a task's record, giving only the answers that change
    begin     a process beside the pathway; in a closed case `because` of something
    correct   a fact, `to` a new value, `because` of something

`for` names the children it is about (all, when left out), `of` which discussion or enquiry, and
`about` which rule, where a task is open more than once. `answers_from` takes answers from files in
`answers/` beside the scenario, else beside England's; `answers` adds to and replaces them, an empty
one leaves the question unanswered, and `add` puts further rows under a list. `note` is for readers.

What may follow `then` is in `sentences`; how dates are written is in `moments`; what of YAML is
allowed is in `source`. `replay` takes the steps in memory, on a clock of its own.
"""

from processes.scenarios.language import Scenario, Step, read
from processes.scenarios.replay import Outcome, lines, replay
from processes.scenarios.source import Mistake, ScenarioUnreadable

__all__ = [
    "Mistake",
    "Outcome",
    "Scenario",
    "ScenarioUnreadable",
    "Step",
    "lines",
    "read",
    "replay",
]
