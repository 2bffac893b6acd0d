"""A paper as PDF: tagged for readers that do not see it (PDF/UA), set by Typst from our own source.

Only `papers.press` imports this, in its own process: Typst needs more memory than a server has to
spare.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import typst

SOURCE = Path(__file__).with_name("paper.typ")
NOT_DRAWN = "could not be displayed"
NOTE = (
    "Some letters cannot be drawn with the fonts of the computer that made this copy. "
    "The record itself has them, and so has its DOCX."
)


def typeset(paper: dict[str, Any]) -> bytes:
    """Return the PDF. Letters that no font has cost it its PDF/UA mark, and a note says so."""
    try:
        return _compile(paper, ["1.7", "ua-1"])
    except typst.TypstError as error:
        if NOT_DRAWN not in str(error):
            raise
    return _compile({**paper, "about": [*paper["about"], ["Note", NOTE]]}, ["1.7"])


def _compile(paper: dict[str, Any], standards: Any) -> bytes:
    made = typst.compile(SOURCE, sys_inputs=_inputs(paper), pdf_standards=standards)
    assert isinstance(made, bytes)
    return made


def _inputs(paper: dict[str, Any]) -> dict[str, str]:
    return {"paper": orjson.dumps(paper).decode()}
