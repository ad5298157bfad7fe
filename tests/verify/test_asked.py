"""What a caller asks for: which log a place means, what a key is, when the log must be whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from logs import LOG, NOW, WITNESS, Key, policy, put, write_database, write_export
from verifying import HONEST

from affidavit.app.ledger import verifying
from affidavit.app.ledger.verifying import Trusted, keys_of, verified
from affidavit.base.errors import FormatError, PeriodError, UnreadableError, UsageError
from affidavit.ledger.note import parse_vkey
from affidavit.verify import Status, Trust

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.verify import Result

OTHER = Key(seed=b"m" * 32)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    put(tmp_path, "early.cp", HONEST.notes[0][1])
    return tmp_path / "early.cp"


EXPORT = {"ledger.json", "checkpoint", "tile"}


def both(folder: Path, hidden: str, kept: set[str]) -> tuple[Path, Path]:
    """A folder with what is `kept` of an export, and the database in it that is `hidden`."""
    root = write_export(HONEST, folder / "log")
    for name in EXPORT - kept:
        (root / name).rename(folder / name)
    database = root / hidden
    database.parent.mkdir(exist_ok=True)
    return root, write_database(HONEST, database)


@pytest.mark.parametrize("hidden", ["ledger.db", ".affidavit/ledger.db"])
@pytest.mark.parametrize("kept", [EXPORT, {"checkpoint", "tile"}, {"tile"}])
def test_a_place_that_is_an_export_and_has_a_database_is_refused(
    tmp_path: Path, note: Path, hidden: str, kept: set[str]
) -> None:
    root, database = both(tmp_path, hidden, kept)
    trusted = Trusted(keys=(LOG.vkey,), against=(note,))
    with pytest.raises(UsageError) as refused:
        verified(root, trusted, tree_only=False)
    assert (str(root / "tile") in f"{refused.value}", str(database) in f"{refused.value}") == (
        True,
        True,
    )
    assert verified(database, trusted, tree_only=False).status is Status.VERIFIED


@pytest.mark.parametrize("hidden", ["ledger.db", ".affidavit/ledger.db"])
@pytest.mark.parametrize("kept", ["checkpoint", "ledger.json"])
def test_a_place_with_the_name_of_one_file_of_an_export_is_that_of_its_database(
    tmp_path: Path, note: Path, hidden: str, kept: str
) -> None:
    root, _ = both(tmp_path, hidden, {kept})
    trusted = Trusted(keys=(LOG.vkey,), against=(note,))
    assert verified(root, trusted, tree_only=False).status is Status.VERIFIED


def test_a_project_may_have_a_folder_of_tiles_of_its_own(tmp_path: Path, note: Path) -> None:
    put(tmp_path, "tile/floor.png", b"")
    (tmp_path / ".affidavit").mkdir()
    write_database(HONEST, tmp_path / ".affidavit" / "ledger.db")
    trusted = Trusted(keys=(LOG.vkey,), against=(note,))
    assert verified(tmp_path, trusted, tree_only=False).status is Status.VERIFIED


def test_a_folder_with_a_database_alone_is_that_database(tmp_path: Path, note: Path) -> None:
    (tmp_path / ".affidavit").mkdir()
    write_database(HONEST, tmp_path / ".affidavit" / "ledger.db")
    trusted = Trusted(keys=(LOG.vkey,), against=(note,))
    for place in (tmp_path, tmp_path / ".affidavit"):
        assert verified(place, trusted, tree_only=False).status is Status.VERIFIED


def test_a_key_is_never_the_name_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, LOG.vkey, f"{LOG.vkey}\n{OTHER.vkey}\n".encode())
    assert keys_of(LOG.vkey) == [parse_vkey(LOG.vkey)]
    assert keys_of(f" {LOG.vkey}\n", "--signer") == [parse_vkey(LOG.vkey)]


def test_what_is_no_key_is_a_file_with_keys(tmp_path: Path) -> None:
    put(tmp_path, "a+b", f"# ours\n\n{LOG.vkey}\n{OTHER.vkey}\n".encode())
    assert keys_of(str(tmp_path / "a+b")) == [parse_vkey(LOG.vkey), parse_vkey(OTHER.vkey)]


def test_what_is_neither_a_key_nor_a_file_is_an_error() -> None:
    with pytest.raises(FormatError, match="--signer"):
        keys_of(LOG.vkey[:-1], "--signer")
    with pytest.raises(FormatError, match="--key"):
        keys_of("a+b+" + "x" * 5000)
    with pytest.raises(UnreadableError):
        keys_of("no-such-file")


def asked(tmp_path: Path, as_of: int, *, cosigned: int | None, key: Key = WITNESS) -> Result:
    """The honest log, cosigned at a time, with an early checkpoint remembered."""
    log = HONEST.copy()
    if cosigned is not None:
        log.cosign(600, cosigned, key)
    put(tmp_path, "policy", policy(LOG, quorum="none" if cosigned is None else "w"))
    put(tmp_path, "early.cp", HONEST.notes[0][1])
    trusted = Trusted(
        policy=tmp_path / "policy", against=(tmp_path / "early.cp",), as_of=as_of
    )  # fmt: skip
    return verified(write_export(log, tmp_path / "log"), trusted, tree_only=False)


@pytest.fixture
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "now", lambda: NOW * 1_000_000)


@pytest.mark.usefixtures("_today")
@pytest.mark.parametrize(
    ("as_of", "cosigned", "status"),
    [
        (NOW, NOW, Status.VERIFIED),
        (NOW, NOW - 1, Status.INCOMPLETE),
        (NOW, None, Status.INCOMPLETE),
        (NOW, NOW + 3600, Status.VERIFIED),
        (NOW, NOW + 3601, Status.INCOMPLETE),
        (NOW, 2**50, Status.INCOMPLETE),
        (NOW + 86_400, NOW + 90_000, Status.INCOMPLETE),
    ],
)
def test_a_time_is_reached_by_a_witness_alone_whatever_is_remembered(
    tmp_path: Path, as_of: int, cosigned: int | None, status: Status
) -> None:
    result = asked(tmp_path, as_of, cosigned=cosigned)
    assert (result.status, result.problems) == (status, ())
    assert (result.complete_to, len(result.reasons)) == (
        (600, 0) if status is Status.VERIFIED else (100, 1)
    )


@pytest.mark.parametrize("option", ["as_of", "since", "until"])
def test_a_time_without_a_policy_is_refused(option: str) -> None:
    trusted = msgspec.structs.replace(Trusted(keys=(LOG.vkey,)), **{option: NOW})
    with pytest.raises(UsageError, match=f"--{option.replace('_', '-')} needs --policy"):
        trusted.read()


@pytest.mark.usefixtures("_today")
@pytest.mark.parametrize(("since", "until"), [(NOW, None), (NOW + 9, NOW + 99), (9, 9), (9, 8)])
def test_a_period_that_is_empty_or_has_not_begun_is_refused(
    tmp_path: Path, since: int, until: int | None
) -> None:
    put(tmp_path, "policy", policy(LOG))
    with pytest.raises(PeriodError):
        Trusted(policy=tmp_path / "policy", since=since, until=until).read()
    assert Trusted(policy=tmp_path / "policy", since=NOW - 1).read().ends() == NOW


@pytest.mark.parametrize(
    ("as_of", "now", "time", "fresh"),
    [
        (10, None, 10, True),
        (10, None, 9, False),
        (10, 10, 3610, True),
        (10, 10, 3611, False),
        (0, None, 0, False),
        (None, 10, 10, False),
    ],
)
def test_a_witness_is_fresh_from_the_time_asked_for_to_an_hour_from_now(
    as_of: int | None, now: int | None, time: int, *, fresh: bool
) -> None:
    assert Trust(as_of=as_of, now=now).is_fresh(time) is fresh
