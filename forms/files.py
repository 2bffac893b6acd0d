"""Files as an answer: what is known of each as a value, as the text a page posts, and in words.

The bytes are kept elsewhere. A page carries a file that was given before as one line of text, so
that it stays with a draft, a refused form and several children like everything else that is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields

MOST_FILES = 20
LONGEST_NAME = 200
File = dict[str, Any]  # id, name, size and hash
_TEXT = re.compile("file ([0-9]{1,9}) ([0-9]{1,12}) ([0-9a-f]{64}) ([^\n]{1,200})")


class Files(fields.Field[list[File]]):
    """The files that were given; whatever else is posted is as nothing."""

    def __init__(self, *, most: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        found = list(files_in(value))
        if len(found) > self.most:
            only = "one file" if self.most == 1 else f"{self.most} files"
            raise ValidationError(
                f"“{self.metadata['label']}” can have at most {only}: remove the others."
            )
        return found or None


def files_in(value: Any) -> Iterator[File]:
    """Go through the files of an answer, each once, as a record has them or a page posts them."""
    seen = set()
    for each in value if isinstance(value, list) else [value]:
        file = read(each) if isinstance(each, str) else each
        if isinstance(file, Mapping) and file.keys() == {"id", "name", "size", "hash"}:
            if file["id"] not in seen:
                yield dict(file)
            seen.add(file["id"])


def read(text: str) -> File | None:
    """Return the file that a posted text describes, if it is such a text."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    return {"id": int(found[1]), "name": found[4], "size": int(found[2]), "hash": found[3]}


def write(file: Mapping[str, Any]) -> str:
    """Describe a file as a page posts it."""
    return f"file {file['id']} {file['size']} {file['hash']} {file['name']}"


def say(file: Mapping[str, Any]) -> str:
    """Name a file with its size: “scan.pdf, 1.2 MB”."""
    size = file["size"]
    if size < 1_000:
        said = f"{size} byte{'' if size == 1 else 's'}"
    else:
        said = f"{size / 1e3:.0f} kB" if size < 999_500 else f"{size / 1e6:.1f} MB"
    return f"{file['name']}, {said}"
