"""``affidavit ledger verify``: where it looks, what it refuses, and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commands import begun, database, ran, refused
from ledgers import ORIGIN, as_anybody, open_folder

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "example.com/other"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of three entries, the key and a checkpoint of it beside it."""
    place = begun(tmp_path / "here", facts=2)
    keep(place)
    return place


def keep(place: Path) -> None:
    assert ran("export", "out", here=place).status == 0
    (place / "log.vkey").write_bytes((place / "out" / "vkey").read_bytes())
    assert ran("checkpoint", "--output", "kept", here=place).status == 0


def told(*args: str | Path, here: Path) -> tuple[int, list[str]]:
    ended = ran("verify", *args, here=here)
    assert ended.err == ""
    return ended.status, ended.out.decode().splitlines()


def proved(here: Path, *, newline: bool = False) -> tuple[str, ...]:
    assert ran("prove", "1", "--output", "proof", here=here).status == 0
    entry = ran("show", "1", "--raw", here=here).out
    (here / "entry").write_bytes(entry + b"\n" * newline)
    return "--proof", "proof", "--entry", "entry", "--key", "log.vkey"


def test_without_a_path_the_ledger_of_a_folder_above_is_verified(here: Path) -> None:
    (here / "src" / "deep").mkdir(parents=True)
    args = "--key", here / "log.vkey", "--against", here / "kept"
    status, lines = told(*args, here=here / "src" / "deep")
    assert (status, lines[0], lines[3]) == (
        0,
        "status         verified",
        "signed         entries 0 to 2 (3): signed by the log alone",
    )


def test_without_a_path_and_a_ledger_there_is_nothing_to_verify(tmp_path: Path) -> None:
    ended = ran("verify", here=tmp_path)
    refused(ended, "AFF-NOT-A-LEDGER", 4)
    assert "name a project with a ledger, its .affidavit folder, or an export" in ended.err


@pytest.mark.parametrize(
    "path", ["here", "here/.affidavit", "here/out", "here/.affidavit/ledger.db"]
)
def test_what_this_account_may_not_read_is_told_as_that(path: str) -> None:
    with open_folder() as folder:
        here = begun(folder / "here", facts=1)
        assert ran("export", "out", here=here).status == 0
        (here / "out").chmod(0o700)
        with as_anybody():
            ended = ran("verify", folder / path, here=folder)
        assert "Permission denied" in refused(ended, "AFF-UNREADABLE", 5)
    assert "ask the account whose it is for an export" in ended.err


def test_a_database_that_this_account_may_not_read_is_told_as_that(here: Path) -> None:
    with open_folder() as folder:
        copy = folder / "ledger.db"
        copy.write_bytes(database(here).read_bytes())
        copy.chmod(0)
        with as_anybody():
            refused(ran("verify", copy, here=folder), "AFF-UNREADABLE", 5)


@pytest.mark.parametrize(
    ("more", "name"),
    [(["."], "PATH"), (["--tree-only"], "--tree-only"), (["--as-of", "2026-01-01"], "--as-of")],
)
def test_with_a_proof_nothing_of_a_whole_log_can_be_asked(
    here: Path, more: list[str], name: str
) -> None:
    said = refused(ran("verify", *proved(here), *more, here=here), "AFF-USAGE", 2)
    assert f"{name} is for a whole log, and --proof is verified without one" in said


def test_a_proof_names_its_entry(here: Path) -> None:
    status, lines = told(*proved(here), here=here)
    assert (status, lines[-1]) == (0, "signed         entry 1: under the checkpoint")


def test_an_entry_that_was_saved_with_a_newline_comes_with_a_hint(here: Path) -> None:
    status, lines = told(*proved(here, newline=True), here=here)
    assert status == 1
    assert "hint           give the bytes of affidavit ledger show 1 --raw" in lines


def test_a_time_that_is_none_is_told_with_its_option(here: Path) -> None:
    ended = ran("verify", "--key", "log.vkey", "--as-of", "yesterday", here=here)
    assert "--as-of 'yesterday' is neither" in refused(ended, "AFF-PERIOD", 2)


def test_a_time_without_a_policy_is_refused(here: Path) -> None:
    ended = ran("verify", "--key", "log.vkey", "--as-of", "2026-01-01", here=here)
    assert "--as-of needs --policy" in refused(ended, "AFF-USAGE", 2)


def test_the_key_of_another_log_is_told_once_beside_the_name_of_the_log(
    here: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert ran("init", "--origin", OTHER, here=other).status == 0
    keep(other)
    status, lines = told("--key", other / "log.vkey", here=here)
    assert (status, [line for line in lines if not line.startswith("note ")]) == (
        1,
        [
            "status         failed",
            f"log            {ORIGIN}, 3 entries",
            "pending        entries 0 to 2 (3): under no checkpoint that holds",
            "because        no checkpoint that a key signed is over entries 0 to 2 (3)",
            (
                "because        whether the end was cut off cannot be known: no earlier checkpoint"
                " was remembered, and no time was given that witnesses must reach"
            ),
            "problems       1",
            (
                f"  the keys given: origin-differs: the log is '{ORIGIN}'; no key of it was given,"
                f" only of '{OTHER}' (the keys given)"
            ),
        ],
    )


def test_the_newest_key_alone_leaves_the_earlier_checkpoints_undecided(here: Path) -> None:
    ended = ran("rotate-key", "--json", here=here)
    (here / "new.vkey").write_text(str(ended.json()["vkey"]))
    assert ran("checkpoint", "--output", "kept", here=here).status == 0
    status, lines = told("--key", "new.vkey", "--against", "kept", here=here)
    assert (status, lines[0]) == (3, "status         incomplete")
    because = [line for line in lines if line.startswith("because")]
    assert because == [
        "because        the 2 checkpoints up to 3 entries were signed by keys that were not given"
    ]
    assert any("the old key of the rotation in entry 3 was not given: " in line for line in lines)
    assert told("--key", "log.vkey", "--against", "kept", here=here)[0] == 0
