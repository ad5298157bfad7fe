"""A log's own rotations of its key: what they extend, and what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, ORIGIN, Key, Stored
from verifying import found, trusting, verified

from affidavit.verify import Code, Status, Trust, verify

if TYPE_CHECKING:
    from pathlib import Path

NEW, NEWER = Key(ORIGIN, b"n" * 32), Key(ORIGIN, b"m" * 32)
EACH_FORM = pytest.mark.parametrize("form", FORMS)


def rotate(log: Stored, old: Key, new: Key, until: int | None = None) -> None:
    body: dict[str, object] = {
        "old": old.vkey,
        "new": new.vkey,
        "from_size": len(log.entries) + 1,
        "keeper": "uid:998",
        **({} if until is None else {"until_size": until}),
    }
    log.append("log", kind="key.rotated.v1", body=body)


def begun() -> Stored:
    log = Stored()
    log.append()
    log.checkpoint()
    return log


def ended(log: Stored, *signers: Key) -> Stored:
    log.append()
    log.checkpoint(*signers)
    log.grow_tiles()
    return log


def trust(log: Stored, *keys: Key) -> Trust:
    return trusting(*keys, remembered=(log.notes[0][1],))


@EACH_FORM
@pytest.mark.parametrize("tree_only", [False, True])
def test_a_rotation_under_a_checkpoint_of_the_old_key_extends_trust(
    tmp_path: Path, form: str, *, tree_only: bool
) -> None:
    log = begun()
    rotate(log, LOG, NEW)
    log.checkpoint(LOG, NEW)
    rotate(log, NEW, NEWER)
    log.checkpoint(NEW, NEWER)
    ended(log, NEWER)
    path = FORMS[form](log, tmp_path / "written")
    result = verify(path, trust(log), tree_only=tree_only)
    assert (result.problems, result.notices, result.size) == ((), (), 4)
    assert result.status is (Status.INCOMPLETE if tree_only else Status.VERIFIED)


@EACH_FORM
def test_a_rotation_under_the_new_key_alone_extends_nothing(tmp_path: Path, form: str) -> None:
    log = begun()
    rotate(log, LOG, NEW)
    ended(log, NEW)
    result = verified(log, form, tmp_path, trust(log))
    assert {(Code.SIGNATURE_MISSING, 3)} <= found(result)
    assert [each.code for each in result.notices] == ["rotation-without-effect"]


@EACH_FORM
def test_a_rotation_from_a_key_that_is_not_trusted_extends_nothing(
    tmp_path: Path, form: str
) -> None:
    log = begun()
    rotate(log, NEWER, NEW)
    log.checkpoint(LOG, NEWER)
    ended(log, NEW)
    assert (Code.SIGNATURE_MISSING, 3) in found(verified(log, form, tmp_path, trust(log)))


@EACH_FORM
def test_the_old_key_no_longer_counts_after_the_overlap(tmp_path: Path, form: str) -> None:
    log = begun()
    rotate(log, LOG, NEW, until=2)
    log.checkpoint(LOG, NEW)
    ended(log, LOG)
    assert (Code.SIGNATURE_MISSING, 3) in found(verified(log, form, tmp_path, trust(log)))


def test_the_new_key_does_not_count_for_checkpoints_before_it(tmp_path: Path) -> None:
    log = begun()
    log.append()
    log.checkpoint(NEW)
    rotate(log, LOG, NEW)
    ended(log, LOG, NEW)
    result = verified(log, "export", tmp_path, trust(log))
    assert found(result) == {(Code.SIGNATURE_MISSING, 2)}


def test_in_the_tree_alone_only_a_sound_entry_can_rotate_the_key(tmp_path: Path) -> None:
    log = begun()
    rotate(log, LOG, NEW)
    log.entries[-1] += b" "
    log.append("talk", body={"said": "key.rotated.v1"})
    log.checkpoint(LOG, NEW)
    ended(log, NEW)
    path = FORMS["export"](log, tmp_path / "written")
    assert found(verify(path, trust(log), tree_only=True)) == {(Code.SIGNATURE_MISSING, 4)} | {
        (Code.ENTRY_WITHOUT_CHECKPOINT, 3)
    }


@pytest.mark.parametrize("name", ["old", "new", "from_size", "until_size"])
def test_a_rotation_that_cannot_be_understood_fails(tmp_path: Path, name: str) -> None:
    log = begun()
    body = {"old": LOG.vkey, "new": NEW.vkey, "from_size": 2, "until_size": 3, name: []}
    log.append("log", kind="key.rotated.v1", body=body)
    ended(log)
    assert found(verified(log, "export", tmp_path, trust(log))) == {(Code.ROTATION_MALFORMED, 1)}


def told_of_writers(log: Stored, folder: Path) -> list[str]:
    result = verified(log, "database", folder, trust(log))
    assert result.problems == ()
    return [each.text[:34] for each in result.notices if each.code == "writer-can-sign"]


OTHER = {"channel": "cli", "credential": "uid:1234"}
BOTH = {"old": LOG.vkey, "new": NEW.vkey, "from_size": 2, "until_size": 9}


def test_entries_of_an_account_that_took_over_the_key_are_counted(tmp_path: Path) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": "uid:998"})
    log.append("a", recorded_by=OTHER)
    rotated = {**BOTH, "keeper": "uid:1234"}
    log.append("log", kind="key.rotated.v1", recorded_by=OTHER, body=rotated)
    for _ in range(3):
        log.append("a", recorded_by=OTHER)
    log.append("a")
    log.checkpoint(LOG, NEW)
    ended(log, LOG, NEW)
    assert told_of_writers(log, tmp_path) == ["writer can sign: 4 of 8 entries we"]


def test_an_account_that_gave_the_key_away_is_still_counted(tmp_path: Path) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": "uid:1234"})
    log.append("log", kind="key.rotated.v1", body={**BOTH, "keeper": "uid:998"})
    log.append("a", recorded_by=OTHER)
    log.checkpoint(LOG, NEW)
    ended(log, LOG, NEW)
    assert told_of_writers(log, tmp_path) == ["writer can sign: 1 of 4 entries we"]


def test_a_body_that_names_the_account_counts_for_nothing(tmp_path: Path) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": "uid:7"})
    said = {"recorded_by": {"channel": "cli", "credential": "uid:7"}, "sequence": 1}
    log.append("a", body=said)
    log.append("a", body={"text": '"recorded_by":{"credential":"uid:7"},"sequence":'})
    log.append("a", id='"recorded_by":{"credential":"uid:7"},"sequence":')
    log.checkpoint()
    ended(log)
    assert told_of_writers(log, tmp_path) == []


def test_what_another_account_says_of_the_log_itself_hides_no_entry(tmp_path: Path) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": "uid:1234"}, recorded_by=OTHER)
    log.append("a", recorded_by=OTHER)
    log.append("b", kind="log.opened.v1", body={})
    log.append("c", kind="log.opened.v1", body={})
    log.checkpoint()
    ended(log)
    assert told_of_writers(log, tmp_path) == ["writer can sign: 2 of 5 entries we"]


@pytest.mark.parametrize(
    ("keeper", "told"),
    [
        ("uid:1000", ["writer can sign: 4 of 4 entries were recorded by an account that holds"]),
        ("uid:998", []),
        (None, []),
        ("kee\u00e9per", []),
    ],
)  # fmt: skip
def test_a_log_whose_writer_can_sign_says_so(
    tmp_path: Path, keeper: str | None, told: list[str]
) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": keeper})
    log.append("a")
    log.append("a")
    log.checkpoint()
    ended(log)
    result = verified(log, "database", tmp_path, trust(log))
    noticed = [
        each.text.removesuffix(" the key")
        for each in result.notices
        if each.code == "writer-can-sign"
    ]
    assert (result.status, noticed) == (Status.VERIFIED, told)


def test_only_so_many_changes_of_key_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.verify.log.MOST_ROTATIONS", 1)
    log = Stored()
    log.append()
    rotate(log, LOG, NEW)
    log.append()
    rotate(log, NEW, NEWER)
    log.checkpoint(LOG, NEW, NEWER)
    log.grow_tiles()
    result = verified(log, "export", tmp_path, trusting(LOG))
    assert (Code.ROTATION_MALFORMED, 3) in [(each.code, each.index) for each in result.problems]
