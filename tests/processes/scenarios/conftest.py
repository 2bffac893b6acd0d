"""A folder of scenarios to write into."""

from pathlib import Path

import pytest


@pytest.fixture
def write(tmp_path: Path):
    folder = tmp_path / "bpmn" / "england" / "scenarios"
    (folder / "answers").mkdir(parents=True)

    def write(text: str | bytes, name: str = "story.yaml") -> Path:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
