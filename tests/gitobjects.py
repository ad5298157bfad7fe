"""Git objects written as git stores them, without running git: fast, and the same every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

ALICE = "Alice Example <alice@firm.mail>"
BEN = "Ben Ode <ben@firm.mail>"
GITHUB = "GitHub <noreply@github.com>"

START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
STEP = 3600
"""Each object that carries a date is one hour younger than the one made before it."""

Content = str | bytes
"""Text is written as UTF-8; a lone surrogate stands for the byte that it escapes."""
Time = int | str
"""Seconds since 1970, or an ISO date or time with its zone."""


class Entry(NamedTuple):
    """One file of a tree."""

    mode: str
    blob: str


Tree = dict[bytes, Entry]
Files = Mapping[str, Content | Entry | None] | Mapping[bytes, Content | Entry | None]
"""Changes to a tree: path (text or bytes) to new content; ``None`` deletes."""


def environment() -> dict[str, str]:
    """An environment for git that takes nothing from this machine but the search path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Alice Example",
        "GIT_AUTHOR_EMAIL": "alice@firm.mail",
        "GIT_AUTHOR_DATE": f"{START} +0000",
        "GIT_COMMITTER_NAME": "Alice Example",
        "GIT_COMMITTER_EMAIL": "alice@firm.mail",
        "GIT_COMMITTER_DATE": f"{START} +0000",
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def git(*args: str | Path, cwd: Path | None = None, stdin: bytes = b"") -> bytes:
    """What git prints; raises where it fails."""
    command = ["git", "-c", "safe.directory=*", "-c", "protocol.file.allow=always"]
    done = subprocess.run(
        [*command, *map(str, args)],
        cwd=cwd,
        env=environment(),
        input=stdin,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"git {args}: {done.returncode} {done.stderr!r}")
    return done.stdout


def seconds(time: Time) -> int:
    """`time` as seconds since 1970; a date or time without a zone is UTC."""
    if isinstance(time, int):
        return time
    moment = datetime.fromisoformat(time)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def as_bytes(text: Content) -> bytes:
    """`text` as UTF-8; lone surrogates stand for the bytes they escape."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def header(key: str, value: str) -> bytes:
    """One header line of an object."""
    return f"{key} {value}\n".encode()


def person(key: str, who: Content, time: int, zone: str) -> bytes:
    """The header line that says who did something and when."""
    return b"%b %b %d %b\n" % (key.encode(), as_bytes(who), time, zone.encode())


def message_bytes(message: Content) -> bytes:
    """`message` as git stores it: text ends in a line feed, bytes are taken as they are."""
    if isinstance(message, bytes) or message.endswith("\n"):
        return as_bytes(message)
    return as_bytes(message) + b"\n"


class Store:
    """The objects and the configuration of one repository, and git run on it.

    `path` is what a user would name; `directory` is where its objects and refs are.
    """

    def __init__(
        self, path: Path, *, bare: bool = False, object_format: str = "sha1", branch: str = "main"
    ) -> None:
        self.path = path
        self.directory = path if bare else path / ".git"
        self.object_format = object_format
        for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        sha256 = object_format == "sha256"
        (self.directory / "config").write_text(
            f"[core]\n\trepositoryformatversion = {int(sha256)}\n\tbare = {str(bare).lower()}\n"
            + ("[extensions]\n\tobjectformat = sha256\n" if sha256 else "")
        )
        self.head(f"refs/heads/{branch}")

    def head(self, target: str) -> None:
        """Let HEAD name a ref (``refs/heads/x``) or be detached at an id."""
        named = target.startswith("refs/")
        (self.directory / "HEAD").write_text(f"ref: {target}\n" if named else f"{target}\n")

    # What is run by git itself.

    def git(self, *args: str | Path, stdin: bytes = b"") -> bytes:
        """What git prints when run on this repository, with an environment of our own."""
        return git("--git-dir", self.directory, *args, stdin=stdin)

    def clone(self, to: Path, *args: str) -> Path:
        """Where git cloned this to; ``--depth`` and ``--filter`` count, as over a network."""
        self.config("uploadpack.allowFilter", "true")
        self.config("uploadpack.allowAnySHA1InWant", "true")
        git("clone", "--quiet", *args, f"file://{self.path}", to)
        return to

    def config(self, key: str, value: str) -> None:
        """Set one value of the repository's own configuration."""
        self.git("config", key, value)

    def pack(self) -> None:
        """Put every object into one pack and every ref into packed-refs."""
        self.git("pack-refs", "--all")
        self.git("repack", "-a", "-d", "-q", "--keep-unreachable")

    # Objects.

    def object(self, kind: str, body: bytes, *, named: str | None = None) -> str:
        """The id of the object written; `named` forges another id than its content has."""
        data = b"%b %d\0%b" % (kind.encode(), len(body), body)
        id_ = named or hashlib.new(self.object_format, data, usedforsecurity=False).hexdigest()
        path = self.loose(id_)
        if named or not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(data, 1))
        return id_

    def loose(self, id_: str) -> Path:
        """Where the object lies as long as it is not packed: to damage or remove it."""
        return self.directory / "objects" / id_[:2] / id_[2:]

    def blob(self, content: Content) -> str:
        """The id of a file's content."""
        return self.object("blob", as_bytes(content))

    def tree(self, files: Tree) -> str:
        """The id of the tree (and the trees below it) that holds `files`."""
        here: dict[bytes, tuple[str, str]] = {}
        below: dict[bytes, Tree] = {}
        for path, entry in files.items():
            first, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(first, {})[rest] = entry
            else:
                here[first] = (entry.mode, entry.blob)
        here.update({name: ("40000", self.tree(inner)) for name, inner in below.items()})
        # git sorts a directory as if its name ended in a slash.
        ordered = sorted(here.items(), key=lambda item: item[0] + b"/" * (item[1][0] == "40000"))
        return self.object(
            "tree",
            b"".join(
                b"%b %b\0%b" % (m.encode(), name, bytes.fromhex(i)) for name, (m, i) in ordered
            ),
        )
