"""The program run at a terminal of its own, as a person or a patient script would run it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PROGRAM = (sys.executable, "-c", "from affidavit.cli.main import main; main()")
PATIENCE = 60
"""Seconds without a word from the program after which a test gives up."""


class Ended(NamedTuple):
    """How the program ended: its status, its standard output, and what stood on the terminal."""

    status: int
    out: str
    seen: str


def environment(here: Path, **more: str) -> dict[str, str]:
    """An environment with a home in `here`, and nothing of the machine's but its programs."""
    home = here / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AFFIDAVIT_HOME": str(home / "affidavit"),
        "LC_ALL": "C.UTF-8",
        **more,
    }


def at_terminal(
    *words: str, here: Path, answers: Sequence[str] = (), given: Mapping[str, str] | None = None
) -> Ended:
    """``affidavit`` with `words` in the folder `here`, each of `answers` typed at a question."""
    outside, inside = pty.openpty()
    attributes = termios.tcgetattr(inside)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(inside, termios.TCSANOW, attributes)
    child = subprocess.Popen(
        [*PROGRAM, *words],
        cwd=here,
        env=dict(given or environment(here)),
        stdin=inside,
        stdout=subprocess.PIPE,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    seen = _talked(outside, list(answers))
    out, _ = child.communicate(timeout=PATIENCE)
    os.close(outside)
    return Ended(child.returncode, out.decode(), seen.replace("\r\n", "\n"))


def _talked(terminal: int, answers: list[str]) -> str:
    """All that came; each time that it ends in a question the next answer is typed."""
    seen = b""
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
        if piece.rstrip(b" ").endswith(b":") and answers:
            os.write(terminal, answers.pop(0).encode() + b"\n")
    return seen.decode("utf-8", "replace")
