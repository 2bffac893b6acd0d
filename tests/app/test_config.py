"""Settings: each has a default, and a wrong one is refused by name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import PROJECT, Settings, WrongSetting


def read(**environment: str) -> Settings:
    return Settings.from_environment(environment)


def test_nothing_has_to_be_set():
    settings = read()
    assert settings.host == "127.0.0.1"
    assert settings.port == 5000
    assert settings.database_url.startswith("sqlite:///")


def test_the_usual_names_of_hosting_are_understood_and_ours_win():
    assert read(DATABASE_URL="postgresql://a@b/c").database_url == "postgresql://a@b/c"
    both = {"DATABASE_URL": "postgresql://a@b/c", "SAFEGUARDING_DATABASE_URL": "sqlite:///x"}
    assert read(**both).database_url == "sqlite:///x"


@pytest.mark.parametrize(
    ("name", "value", "should_be"),
    [
        ("PORT", "many", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("HTTPS", "maybe", "yes or no"),
        ("DATABASE_URL", "mysql://a:secret@b/c", "sqlite:///PATH or postgresql://"),
        ("DATABASE_URL", "postgresql://a:secret@b:port/c", "sqlite:///PATH or postgresql://"),
        ("SECRET_KEY", "short", "at least 32 random characters"),
        ("PROCEDURES", "/nowhere", "a folder that holds the folders bpmn and forms"),
        ("SMTP_URL", "http://a:secret@b", "smtp://HOST:25, smtp+starttls://USER:PASSWORD@HOST:587"),
        ("SMTP_URL", "smtp://a:secret@:25", "smtp://HOST:25"),
        ("SMTP_URL", "smtp://a:secret@b:many", "smtp://HOST:25"),
        ("MAIL_FROM", "Pathway", "an email address"),
        ("ADDRESS", "council.example", "the address people open"),
        ("SESSION_MINUTES", "0", "a whole number of minutes from 1 to 720"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_it_should_be(name: str, value: str, should_be: str):
    with pytest.raises(WrongSetting) as refused:
        read(**{f"SAFEGUARDING_{name}": value})
    said = str(refused.value)
    assert said.startswith(f"SAFEGUARDING_{name} is ")
    assert should_be in said
    assert "secret@" not in said
    assert "short”" not in said


def test_a_setting_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(WrongSetting, match="Did you mean SAFEGUARDING_PORT"):
        read(SAFEGUARDING_PROT="5000")


def test_a_wrong_setting_ends_the_start_with_one_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "due", "2026-12-04", "1", "hours"],
        cwd=PROJECT,
        env={**os.environ, "SAFEGUARDING_PORT": "x"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    said = "SAFEGUARDING_PORT is “x”. It should be a whole number from 1 to 65535.\n"
    assert done.stderr == said


def test_the_demonstration_is_offered_only_where_nobody_else_can_reach_it():
    assert read().offers_demo
    assert not read(SAFEGUARDING_HOST="0.0.0.0").offers_demo
    assert not read(SAFEGUARDING_HTTPS="yes").offers_demo
    assert not read(SAFEGUARDING_PROXIES="1").offers_demo
    assert not read(SAFEGUARDING_DEMO="no").offers_demo


def test_the_secret_is_made_once_for_the_server_alone(tmp_path: Path):
    path = tmp_path / "var" / "key"
    first = read(SAFEGUARDING_SECRET_KEY_FILE=str(path)).signing_key()
    assert len(first) > 40
    assert read(SAFEGUARDING_SECRET_KEY_FILE=str(path)).signing_key() == first
    assert path.stat().st_mode & 0o077 == 0


def test_a_secret_that_cannot_be_used_is_refused(tmp_path: Path):
    path = tmp_path / "key"
    path.write_text("short")
    with pytest.raises(WrongSetting, match="cannot be used"):
        read(SAFEGUARDING_SECRET_KEY_FILE=str(path)).signing_key()


def test_every_setting_is_in_the_operating_manual_with_its_default():
    manual = (PROJECT / "docs" / "operating.md").read_text()
    rows = dict(re.findall(r"^\| `(SAFEGUARDING_\w+)`[^|]*\| ([^|]*) \|", manual, re.MULTILINE))
    fields = {each.metadata["name"]: each for each in Settings.__dataclass_fields__.values()}
    assert set(rows) == set(fields)
    for name, field in fields.items():
        if isinstance(field.default, bool):
            assert f"`{'yes' if field.default else 'no'}`" in rows[name]
        elif isinstance(field.default, int):
            assert rows[name] == f"`{field.default}`"
