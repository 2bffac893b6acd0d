"""Names that hold spaces or symbols (DMN 1.3, 10.3.1.2, rules 27-30).

Words that stand side by side are one name ("date of birth"). A name that also holds `+ - * / .`
or a word of the language ("Profit and Loss") is recognised where it is known: a name of the
context, of the file's decisions, or of the expression itself. The longest known name wins.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from feel.builtins import BUILTINS
from feel.errors import FeelSyntaxError
from feel.lexer import KEYWORDS, Token, tokens

# Functions of the language whose names hold a keyword: "date and time", "index of".
PHRASES = tuple(name for name in BUILTINS if not KEYWORDS.isdisjoint(name.split()))


class KnownNames:
    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        words = _words(name)
        if len(words) < 2:
            return
        alike = self._by_first.setdefault(words[0], [])
        if (words, name) not in alike:
            alike.append((words, name))
            alike.sort(key=lambda known: -len(known[0]))

    def longest(self, found: Sequence[Token], start: int) -> tuple[str, int] | None:
        """Return the longest known name that begins at `start`, and where it ends."""
        for words, name in self._by_first.get(found[start].text, ()):
            end = start + len(words)
            if tuple(token.text for token in found[start:end]) == words:
                return name, end
        return None


@lru_cache(maxsize=4096)  # every expression of a procedure knows the same names
def _words(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelSyntaxError:
        return ()
