"""What a check finds: where, and in a sentence for the procedure owner what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """`element` is the id of what is wrong within the file; empty, it is the whole file."""

    file: str
    element: str
    says: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.element}" if self.element else self.file
        return f"{place}: {self.says}"
