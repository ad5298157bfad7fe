"""Logs of ours are checked by others' programs, and logs of theirs by ours.

The two programs are tools/sumdb-verify, on Go's own packages for tiled trees and signed notes, and
tools/aics_verify.py, on aics-tlog of PyPI. The latter needs Python 3.12: the tests run it where
they run on one, and else with the interpreter that AFFIDAVIT_AICS_PYTHON names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import static_log

from affidavit.base.errors import FormatError
from affidavit.ledger.tile import Growth, subtree_of, tile_path
from affidavit.ledger.tree import (
    inclusion,
    leaf_hash,
    root,
    root_of_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from static_log import Written

ROOT = Path(__file__).parents[2]
GOPATH = Path("/usr/share/gocode")
SIZES = [1, 255, 256, 257, 70_000]


def compiled(place: Path) -> list[str]:
    """The Go program, compiled into `place` without a network."""
    if not shutil.which("go") or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("needs Debian's golang-go and golang-golang-x-mod-dev")
    built = str(place / "sumdb-verify")
    own = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(place / "cache")}
    environment = os.environ | own | {"GOFLAGS": "", "GOTOOLCHAIN": "local"}
    files = sorted(map(str, (ROOT / "tools/sumdb-verify").glob("*.go")))
    subprocess.run(["go", "build", "-o", built, *files], env=environment, check=True)
    return [built]


def interpreted() -> list[str]:
    """The Python program, under an interpreter that has its package."""
    python = os.environ.get("AFFIDAVIT_AICS_PYTHON", sys.executable)
    if python == sys.executable and sys.version_info < (3, 12):
        pytest.skip("aics-tlog needs Python 3.12: AFFIDAVIT_AICS_PYTHON names no interpreter")
    return [python, str(ROOT / "tools/aics_verify.py")]


@pytest.fixture(scope="session")
def go_program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return compiled(tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="session", params=["sumdb-verify", "aics-tlog"])
def program(request: pytest.FixtureRequest) -> list[str]:
    """Each of the programs: to be followed by ``check`` or ``write`` and what they take."""
    if request.param == "aics-tlog":
        return interpreted()
    command: list[str] = request.getfixturevalue("go_program")
    return command


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Written]:
    """Our log of a size. It is shared: nobody changes its files."""
    logs = dict[int, static_log.Written]()

    def of_size(size: int) -> Written:
        if size not in logs:
            logs[size] = static_log.write(tmp_path_factory.mktemp("log"), size)
        return logs[size]

    return of_size


def run(command: list[str], *arguments: str) -> tuple[int, str]:
    """Exit status and answer of a program, which has nothing to say on its standard error."""
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def refusal(command: list[str], place: Path, vkey: str) -> str:
    """What a program says of a log that it must refuse."""
    status, answer = run(command, "check", str(place), vkey)
    assert (status, answer.startswith("ok")) == (1, False)
    return answer


@pytest.fixture
def copied(written: Callable[[int], Written], tmp_path: Path) -> Path:
    """Our log of 66,000, ours to damage."""
    return Path(shutil.copytree(written(66_000).place, tmp_path / "damaged"))


def flip(file: Path) -> None:
    """Change one bit in the middle of `file`."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("size", SIZES)
def test_others_accept_our_log(
    program: list[str], written: Callable[[int], Written], size: int
) -> None:
    log = written(size)
    answer = f"ok size={size} root={log.root.hex()}\n"
    assert run(program, "check", str(log.place), log.vkey) == (0, answer)


def test_others_refuse_a_log_of_ours_with_one_bit_changed_in_any_file(
    program: list[str], written: Callable[[int], Written], tmp_path: Path
) -> None:
    log, whole = written(257), tmp_path / "log"
    shutil.copytree(log.place, whole)
    (whole / "checkpoints").unlink()
    files = [path for path in whole.rglob("*") if path.is_file()]
    assert len(files) == 6
    for file in files:
        flip(file)
        refusal(program, whole, log.vkey)
        flip(file)
    assert run(program, "check", str(whole), log.vkey)[0] == 0


@pytest.mark.parametrize("path", ["tile/entries/137", "tile/0/200", "tile/1/000", "tile/2/000.p/1"])
def test_others_refuse_a_large_log_of_ours_with_one_bit_changed(
    program: list[str], copied: Path, path: str
) -> None:
    flip(copied / path)
    refusal(program, copied, static_log.KEY.key.encode())


@pytest.mark.parametrize("path", ["checkpoint", "tile/entries/100", "tile/0/100", "tile/1/001.p/1"])
def test_others_refuse_a_log_of_ours_without_a_file(
    program: list[str], copied: Path, path: str
) -> None:
    (copied / path).unlink()
    refusal(program, copied, static_log.KEY.key.encode())


def test_others_refuse_our_log_under_another_key(
    program: list[str], written: Callable[[int], Written]
) -> None:
    refusal(program, written(257).place, static_log.OTHER.key.encode())


def test_others_refuse_a_log_written_anew_under_the_checkpoint_of_ours(
    program: list[str], written: Callable[[int], Written], tmp_path: Path
) -> None:
    static_log.write(tmp_path, 257, entry=lambda index: static_log.entry(index ^ 128))
    shutil.copy(written(257).place / "checkpoint", tmp_path)
    refusal(program, tmp_path, static_log.KEY.key.encode())


def test_go_refuses_our_log_when_a_kept_checkpoint_is_of_another_history(
    go_program: list[str], copied: Path
) -> None:
    other = Growth()
    other.extend([leaf_hash(b"another")] * 300)
    note = static_log.signed(other)
    with (copied / "checkpoints").open("ab") as kept:
        kept.write(b"length %d\n" % len(note) + note)
    answer = refusal(go_program, copied, static_log.KEY.key.encode())
    assert answer == "checkpoints: the log does not begin with its tree of size 300\n"


def theirs(command: list[str], place: Path, size: int) -> tuple[str, str]:
    """The key of a log that a program wrote to `place`, and what it said of it."""
    status, answer = run(command, "write", str(place), str(size))
    assert status == 0
    return (place / "vkey").read_text().strip(), answer


@pytest.mark.parametrize("size", SIZES)
def test_we_accept_a_log_that_others_wrote(program: list[str], tmp_path: Path, size: int) -> None:
    vkey, answer = theirs(program, tmp_path, size)
    checkpoint = static_log.read(tmp_path, vkey)
    assert answer == f"ok size={size} root={checkpoint.root.hex()}\n"
    assert checkpoint.origin == vkey.partition("+")[0]


def test_we_prove_entries_by_the_tiles_of_a_log_that_others_wrote(
    program: list[str], tmp_path: Path
) -> None:
    checkpoint = static_log.read(tmp_path, theirs(program, tmp_path, 600)[0])
    widths = {(0, 2): 88, (1, 0): 2}

    def tiles(level: int, number: int) -> bytes:
        path = tile_path(level, number, widths.get((level, number), 256))
        return (tmp_path / path).read_bytes()

    assert root(600, subtree_of(tiles)) == checkpoint.root
    path = inclusion(1, 600, subtree_of(tiles))
    assert root_of_inclusion(leaf_hash(b""), 1, 600, path) == checkpoint.root


def test_we_refuse_a_log_that_others_wrote_with_one_bit_changed_in_any_file(
    program: list[str], tmp_path: Path
) -> None:
    vkey, _ = theirs(program, tmp_path, 257)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "vkey"]
    assert len(files) == 6
    for file in files:
        flip(file)
        with pytest.raises((AssertionError, FormatError)):
            static_log.read(tmp_path, vkey)
        flip(file)
    assert static_log.read(tmp_path, vkey).size == 257
