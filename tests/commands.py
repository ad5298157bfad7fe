"""The ledger's commands run in this process, as a shell would run them."""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from affidavit.cli.main import main
from ledgers import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path

FACT: dict[str, object] = {
    "kind": "agent.acted.v1",
    "stream": "s",
    "actor": "agent:5f2c",
    "body": {"agent": "reviewer", "action": "comment", "result": "ok"},
}


class Ended(NamedTuple):
    """How a command ended: its exit status, and what it printed."""

    status: int
    out: bytes
    err: str

    def json(self) -> dict[str, object]:
        """The answer of a command that was asked for JSON."""
        assert (self.status, self.err) == (0, "")
        answer = json.loads(self.out)
        assert isinstance(answer, dict)
        return answer

    def lines(self) -> list[str]:
        """The lines of a command that ended well."""
        assert (self.status, self.err) == (0, "")
        return self.out.decode().splitlines()


def ran(*args: str | Path, here: Path, stdin: bytes = b"") -> Ended:
    """``affidavit ledger`` with `args` in the folder `here`, its keys in ``here/home``."""
    out, err = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin))
    environment = {"AFFIDAVIT_HOME": str(here / "home"), "XDG_RUNTIME_DIR": str(here / "run")}
    with (
        chdir(here),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.dict(os.environ, environment),
        patch.object(sys, "stdin", given),
        patch.object(sys, "argv", ["affidavit", "ledger", *map(str, args)]),
    ):
        try:
            main()
        except SystemExit as ended:
            assert isinstance(out.buffer, io.BytesIO)
            return Ended(int(ended.code or 0), out.buffer.getvalue(), err.getvalue())
    raise AssertionError("the program did not end by itself")


def refused(ended: Ended, code: str, status: int) -> str:
    """What a command that did nothing says: one sentence, its code and status, no traceback."""
    assert (ended.status, ended.out) == (status, b"")
    assert ended.err.startswith(f"affidavit: {code}: ")
    assert "Traceback" not in ended.err
    return ended.err.removeprefix(f"affidavit: {code}: ").splitlines()[0]


def lines(*facts: dict[str, object]) -> bytes:
    """`facts` as JSON lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in facts)


def begun(here: Path, *, facts: int = 0) -> Path:
    """A ledger in `here` with so many facts after its first entry; `here` itself."""
    here.mkdir(exist_ok=True)
    assert ran("init", "--origin", ORIGIN, here=here).status == 0
    if facts:
        assert ran("append", here=here, stdin=lines(FACT) * facts).status == 0
    return here


def database(here: Path) -> Path:
    """Where the ledger's entries lie."""
    return here / ".affidavit/ledger.db"
