"""Whatever is in the files, checking them ends, and tells; it never raises and never hangs."""

import random

import pytest

from processes.checks import check
from tests.processes.checks.procedure import sound
from tests.processes.drawing import diagram, user, way

HOSTILE = [
    b"",
    b"\x00" * 100,
    "ünïcode".encode("utf-16"),
    b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://localhost/">]><a>&x;</a>',
    '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(
        "utf-16"
    ),
    b"<a>" * 100_000,
    b"<a>" * 5_000 + b"</a>" * 5_000,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"a = [" + b"[" * 10_000,
    b"x" * 3_000_000,
]


@pytest.mark.parametrize("name", sorted(sound()))
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_is_a_problem_of_that_file(name, content):
    found = check(sound() | {name: content})

    assert any(p.file == name or name in p.says for p in found)


@pytest.mark.parametrize("seed", range(60))
def test_a_file_torn_or_garbled_anywhere_never_raises(seed):
    chance = random.Random(seed)
    files = sound()
    for _ in range(3):
        name = chance.choice(sorted(files))
        files[name] = _garbled(chance, files[name])

    assert all(p.says for p in check(files))


def test_a_procedure_of_very_many_files_is_refused_and_not_read():
    files = sound() | {f"{n}.bpmn": b"<a/>" for n in range(600)}

    assert any("more than 500 files" in p.says for p in check(files))


def test_a_name_or_expression_of_any_length_is_told_shortly():
    drawn = diagram("late", user("explain"), way("start", "explain", "end")).replace(
        b'id="start_to_explain"', b'id="' + b"x" * 50_000 + b'"'
    )

    assert all(len(p.says) < 500 for p in check(sound() | {"late.bpmn": drawn}))


@pytest.mark.parametrize(
    "settings",
    [
        "roles = 5\nstart = []\nscopes = true\nbeside = {}",
        'roles = {"Social worker" = 5}\nbeside = [1, {roles = 7}, {process = []}]',
        "name = 5\nclosed_days = 5\n[start]\nreferral = 5\n[scopes]\nx = []",
    ],
)
def test_settings_of_other_shapes_are_told(settings):
    assert check(sound() | {"procedure.toml": settings.encode()})


def _garbled(chance, content):
    """Cut something out, double it, or put it elsewhere; mostly the file still reads."""
    text = content.decode()
    a, b = sorted(chance.randrange(len(text)) for _ in range(2))
    b = min(b, a + chance.choice([1, 3, 20, 200]))
    at = chance.randrange(len(text))
    quoted = text.split('"')
    if chance.random() < 0.5 and len(quoted) > 5:  # change a value for another
        one, other = (chance.randrange(1, len(quoted), 2) for _ in range(2))
        quoted[one] = quoted[other]
        return '"'.join(quoted).encode()
    cut, doubled = text[:a] + text[b:], text[:b] + text[a:]
    moved = text[:at] + text[a:b] + text[at:]
    return chance.choice([cut, doubled, moved]).encode()
