"""The facts of one case, as the context that every expression of its procedure is evaluated in.

A fact belongs to the case, to one piece of new information, to one discussion, to one enquiry, or
to one review (`scope` and `number`). By its plain name an expression reads the latest value, and
inside a discussion, an enquiry or a review that one's own or none: what another found is read by
saying which, as in `previous_discussion.threshold`, and what was said of the case itself as in
`case.suspected_harm`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from processes.calendar import announced_bank_holidays

CASE = ("case", 0)
INFORMATION = "information"
KINDS = (INFORMATION, "discussion", "enquiry", "review")

Scope = tuple[str, int]
Context = dict[str, Any]


class Facts:
    """What is known of one case now. Later rows of one scope and name replace earlier ones.

    A row is a scope, its number, a name, a value, and the record that said so, if it matters here.
    """

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._known: dict[Scope, Context] = {CASE: {}}
        self._records: dict[tuple[Scope, str], int | None] = {}
        self._contexts: dict[Scope, Context] = {}
        for scope, number, name, value, *record_id in rows:
            self._known.setdefault((scope, number), {})[name] = value
            self._records[(scope, number), name] = record_id[0] if record_id else None

    def set(self, scope: Scope, name: str, value: Any, record_id: int | None = None) -> None:
        self._known.setdefault(scope, {})[name] = value
        self._records[scope, name] = record_id
        self._contexts.clear()

    def get(self, scope: Scope, name: str) -> Any:
        """Return a scope's own value, or None."""
        return self._known.get(scope, {}).get(name)

    def record_of(self, scope: Scope, name: str) -> int | None:
        """Return the record that last said so; what was corrected, or worked out, has none."""
        return self._records.get((scope, name))

    def own(self, scope: Scope) -> Context:
        """Return the facts of one scope alone."""
        return dict(self._known.get(scope, {}))

    def scopes(self) -> list[Scope]:
        """Return the case and each of KINDS in it that counts, in order."""
        return [CASE, *(scope for kind in KINDS for scope in self._numbered(kind))]

    def next_number(self, kind: str) -> int:
        """Return the number that the next one of this kind will have in this case."""
        return max((number for each, number in self._known if each == kind), default=0) + 1

    def enquiry_running(self) -> int | None:
        """Return the number of the enquiry that has begun and not been concluded, if there is
        one.
        """
        for scope in reversed(self._numbered("enquiry")):
            if self.get(scope, "section_47_concluded_at") is None:
                return scope[1]
        return None

    def context(self, scope: Scope = CASE) -> Context:
        """Return everything an expression may read in this scope. Callers must not change it."""
        if scope not in self._contexts:
            self._contexts[scope] = self._build(scope)
        return self._contexts[scope]

    def contexts(self) -> list[Context]:
        """Return the context of the case, and of each of KINDS in it."""
        return [self.context(scope) for scope in self.scopes()]

    def _build(self, scope: Scope) -> Context:
        kind, number = scope
        context: Context = {}
        for each in self.scopes():
            if each[0] != kind or kind == CASE[0]:  # one discussion's facts are not another's
                context.update(self._known.get(each, {}))
        context.update(self._known.get(scope, {}))
        context.update(
            scope=kind,
            number=number,
            case=self._known[CASE],
            all_information=[self._entry(each) for each in self._numbered(INFORMATION)],
            enquiry_running=self.enquiry_running() is not None,
            bank_holidays=announced_bank_holidays(),
            **self._of_others(scope),
        )
        return context

    def _of_others(self, scope: Scope) -> Context:
        """Return the discussions, enquiries and reviews as this scope sees them: an enquiry and
        its reviews know no other's.
        """
        kind, number = scope
        discussions = [self._entry(each) for each in self._numbered("discussion")]
        enquiries = [self._enquiry(each, discussions) for each in self._numbered("enquiry")]
        reviews = [self._entry(each) for each in self._numbered("review")]
        mine = number if kind == "enquiry" else self.get(scope, "enquiry_number")
        if mine:
            reviews = [each for each in reviews if each.get("enquiry_number") == mine]
        own = next((each for each in enquiries if each["number"] == mine), None)
        is_one = kind == "discussion"
        return {
            "discussions": discussions,
            "enquiries": enquiries,
            "reviews": reviews,
            "enquiry": own,
            "initiating_discussion": own and own["initiating_discussion"],
            "discussion_number": number if is_one else len(discussions),
            "previous_discussion": _before(discussions, number) if is_one else None,
            "next_discussion": _after(discussions, number) if is_one else None,
            "previous_review": _before(reviews, number) if kind == "review" else None,
        }

    def _numbered(self, kind: str) -> list[Scope]:
        """Return the scopes of a kind, but for those that were withdrawn."""
        found = (scope for scope in self._known if scope[0] == kind)
        return sorted(each for each in found if self.get(each, "withdrawn_at") is None)

    def _entry(self, scope: Scope) -> Context:
        return {**self._known[scope], "number": scope[1]}

    def _enquiry(self, scope: Scope, discussions: list[Context]) -> Context:
        entry = self._entry(scope)
        entry["initiating_discussion"] = self._initiating(scope, discussions)
        return entry

    def _initiating(self, scope: Scope, discussions: list[Context]) -> Context | None:
        number = self.get(scope, "initiating_discussion_number")
        return next((each for each in discussions if each["number"] == number), None)


def _before(entries: list[Context], number: int) -> Context | None:
    return next((each for each in reversed(entries) if each["number"] < number), None)


def _after(entries: list[Context], number: int) -> Context | None:
    return next((each for each in entries if each["number"] > number), None)
