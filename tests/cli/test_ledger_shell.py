"""The ledger's commands as a shell runs them: pipes, standard input, and how quickly they start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.store.log import Log
from commands import FACT, begun, database, lines
from ledgers import contents

if TYPE_CHECKING:
    from typing import IO

PROGRAM = [sys.executable, "-m", "affidavit", "ledger"]
HEAVY = {
    "asyncio",
    "cryptography",
    "importlib.metadata",
    "jinja2",
    "msgspec",
    "multiprocessing",
    "re2",
    "rich",
    "sqlite3",
    "tomllib",
}
START = """
import sys
from affidavit.cli.main import main
sys.argv = ["affidavit", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of a thousand facts after its first entry."""
    return begun(tmp_path / "here", facts=1_000)


def environment(here: Path) -> dict[str, str]:
    return {
        **os.environ,
        "AFFIDAVIT_HOME": str(here / "home"),
        "XDG_RUNTIME_DIR": str(here / "run"),
        "PYTHONIOENCODING": "ascii",
    }


def run(
    *args: str, here: Path, stdin: bytes = b"", out: IO[bytes] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *args],
        cwd=here,
        env=environment(here),
        input=stdin,
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
    )


def size(here: Path) -> int:
    with Log(database(here)) as log:
        return len(contents(log))


@pytest.mark.parametrize("command", [("list",), ("list", "--json")])
def test_a_reader_that_goes_away_is_no_error_of_ours(here: Path, command: tuple[str, ...]) -> None:
    started = subprocess.Popen(
        [*PROGRAM, *command],
        cwd=here,
        env=environment(here),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with started as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read()
    assert (process.returncode, told) == (141, b"")


@pytest.mark.parametrize("command", [("checkpoint",), ("show", "1", "--raw"), ("prove", "1")])
def test_a_reader_that_was_never_there_is_none_either(here: Path, command: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as gone:
        done = run(*command, here=here, out=gone)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("command", [("list",), ("checkpoint",), ("show", "1", "--raw")])
def test_an_answer_for_which_there_is_no_room_is_told(here: Path, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(*command, here=here, out=full)
    assert done.returncode == 5
    assert done.stderr.startswith(b"affidavit: AFF-OUTPUT: the answer cannot be written: No space")


def test_facts_are_read_from_standard_input(here: Path) -> None:
    assert run("append", here=here, stdin=lines(FACT)).returncode == 0
    assert run("append", "-", here=here, stdin=lines(FACT).rstrip()).returncode == 0
    assert run("append", "/dev/stdin", here=here, stdin=lines(FACT)).returncode == 0
    assert size(here) == 1_004


@pytest.mark.parametrize(
    ("file", "status"), [("absent", 5), (".", 5), ("/proc/self/mem", 5), ("/dev/null", 0)]
)
def test_a_file_of_facts_that_cannot_be_read_is_told(here: Path, file: str, status: int) -> None:
    done = run("append", file, here=here)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert size(here) == 1_001


def test_a_line_without_end_is_not_read_to_its_end(here: Path) -> None:
    done = run("append", "/dev/zero", here=here)
    assert (done.returncode, done.stderr) == (
        4,
        b"affidavit: AFF-ENTRY: line 1: longer than 1,048,576 bytes\n",
    )


def test_text_that_the_terminal_has_no_letters_for_is_no_bug(here: Path) -> None:
    fact = {**FACT, "kind": "x.y.v1", "body": {"name": "é😀"}}
    assert run("append", here=here, stdin=lines(fact)).returncode == 0
    for command in (("show", "1001"), ("list", "--json", "--last", "1"), ("show", "1001", "--raw")):
        done = run(*command, here=here)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("command", [(), *((one,) for one in ("init", "append", "list", "show"))])
def test_nothing_heavy_is_imported_for_help(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", START, "ledger", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Usage: affidavit ledger")
    assert HEAVY.intersection(done.stderr.split()) == set()
