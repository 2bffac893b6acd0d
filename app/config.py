"""The settings: read once from the environment, each with a default, a wrong one refused by name.

`docs/operating.md` lists them for whoever runs the server; a test compares the two.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.smtp import ADDRESS, MailServer

PROJECT = Path(__file__).parent.parent


class WrongSetting(Exception):
    """A setting of the environment cannot be used; the message names it and what it should be."""


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError
    return value


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _yes_no(value: str) -> bool:
    return {"yes": True, "no": False}[value.lower()]


def _folder(value: str) -> Path:
    folder = Path(value)
    if not (folder / "bpmn").is_dir():
        raise ValueError
    return folder


def _file(value: str) -> Path:
    return Path(_text(value))


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError
    try:
        make_url(value)
    except ArgumentError:
        raise ValueError from None
    return value


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError
    return value


def _mail_server(value: str) -> str:
    MailServer.read(value)
    return value


def _mail_address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError
    return value.rstrip("/")


def _setting(name: str, read: Callable[[str], Any], should_be: str, default: Any) -> Any:
    """Describe one setting; a default of None is worked out when the settings are read."""
    return field(default=default, metadata={"name": name, "read": read, "should_be": should_be})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the server may be told, by the name of its environment variable."""

    database_url: str = _setting(
        "SAFEGUARDING_DATABASE_URL",
        _database,
        "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME",
        f"sqlite:///{PROJECT / 'var' / 'safeguarding.sqlite'}",
    )
    secret_key: str = _setting(
        "SAFEGUARDING_SECRET_KEY", _secret, "at least 32 random characters", ""
    )
    secret_key_file: Path = _setting(
        "SAFEGUARDING_SECRET_KEY_FILE",
        _file,
        "the path of a file that only the server can read",
        PROJECT / "var" / "secret_key",
    )
    procedures: Path = _setting(
        "SAFEGUARDING_PROCEDURES",
        _folder,
        "a folder that holds the folders bpmn and forms",
        PROJECT,
    )
    host: str = _setting("SAFEGUARDING_HOST", _text, "an address to listen on", "127.0.0.1")
    port: int = _setting(
        "SAFEGUARDING_PORT", _whole_number(1, 65535), "a whole number from 1 to 65535", 5000
    )
    threads: int = _setting(
        "SAFEGUARDING_THREADS", _whole_number(1, 64), "a whole number from 1 to 64", 4
    )
    proxies: int = _setting(
        "SAFEGUARDING_PROXIES",
        _whole_number(0, 5),
        "how many proxies stand before the server, from 0 to 5",
        0,
    )
    https: bool = _setting("SAFEGUARDING_HTTPS", _yes_no, "yes or no", False)
    session_minutes: int = _setting(
        "SAFEGUARDING_SESSION_MINUTES",
        _whole_number(1, 720),
        "a whole number of minutes from 1 to 720",
        60,
    )
    demo: bool | None = _setting("SAFEGUARDING_DEMO", _yes_no, "yes or no", None)
    argon2_memory: int = _setting(
        "SAFEGUARDING_ARGON2_MEMORY",
        _whole_number(8, 1_048_576),
        "a whole number of kibibytes from 8 to 1048576",
        7_168,
    )
    argon2_time: int = _setting(
        "SAFEGUARDING_ARGON2_TIME",
        _whole_number(1, 20),
        "a whole number of passes from 1 to 20",
        5,
    )
    wrong_passwords: int = _setting(
        "SAFEGUARDING_WRONG_PASSWORDS",
        _whole_number(3, 1000),
        "a whole number from 3 to 1000",
        20,
    )
    wait_minutes: int = _setting(
        "SAFEGUARDING_WAIT_MINUTES",
        _whole_number(1, 1440),
        "a whole number of minutes from 1 to 1440",
        15,
    )

    smtp_url: str = _setting(
        "SAFEGUARDING_SMTP_URL",
        _mail_server,
        "smtp://HOST:25, smtp+starttls://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465",
        "",
    )
    mail_from: str = _setting(
        "SAFEGUARDING_MAIL_FROM", _mail_address, "an email address", "pathway@localhost"
    )
    address: str = _setting(
        "SAFEGUARDING_ADDRESS",
        _web_address,
        "the address people open, such as https://pathway.council.example",
        "http://127.0.0.1:5000",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; `DATABASE_URL` and `SECRET_KEY` are understood too."""
        given = {
            "SAFEGUARDING_DATABASE_URL": environment.get("DATABASE_URL", ""),
            "SAFEGUARDING_SECRET_KEY": environment.get("SECRET_KEY", ""),
        }
        given = {name: value for name, value in given.items() if value}
        given |= {n: v for n, v in environment.items() if n.startswith("SAFEGUARDING_")}
        known = {f.metadata["name"]: f for f in cls.__dataclass_fields__.values()}
        values = {}
        for name, value in given.items():
            if name not in known:
                raise WrongSetting(f"{name} is not a setting. {_nearest(name, list(known))}")
            about = known[name].metadata
            try:
                values[known[name].name] = about["read"](value)
            except (ValueError, KeyError):
                shown = "too short" if "SECRET" in name else f"“{value}”"
                for kind, thing in (("DATABASE", "database"), ("SMTP", "mail server")):
                    if kind in name:  # it may hold a password
                        shown = f"not an address of a {thing}"
                raise WrongSetting(
                    f"{name} is {shown}. It should be {about['should_be']}."
                ) from None
        return cls(**values)

    @property
    def offers_demo(self) -> bool:
        """Invented people may sign in: if told so, or while only this machine can reach us."""
        if self.demo is not None:
            return self.demo
        alone = self.host in ("127.0.0.1", "::1", "localhost")
        return alone and not self.proxies and not self.https

    def signing_key(self) -> str:
        """Return the secret that signs sessions, made and kept in a file when none was given."""
        if self.secret_key:
            return self.secret_key
        try:
            if not self.secret_key_file.exists():
                _write_new_key(self.secret_key_file)
            return _secret(self.secret_key_file.read_text().strip())
        except (ValueError, OSError) as error:
            raise WrongSetting(
                f"The file {self.secret_key_file} cannot be used for the secret that signs "
                "sessions. Delete it or let it be written, or set SAFEGUARDING_SECRET_KEY to at "
                "least 32 random characters."
            ) from error


def _write_new_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(48))


def _nearest(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else "docs/operating.md lists them all."
