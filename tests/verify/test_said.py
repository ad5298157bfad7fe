"""What a result says in words: of another log's key, of times, of witnesses, of ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, NOW, ORIGIN, WITNESS, Key, write_export
from test_proofs import proof
from verifying import HONEST, codes, found, trusting, verified, witnessing

from affidavit.base.errors import NotALedgerError, UnreadableError
from affidavit.ledger.note import parse_vkey
from affidavit.ledger.policy import parse_policy
from affidavit.verify import Code, Status, Trust, Witnessed, verify, verify_proof
from affidavit.verify.result import moment, span
from ledgers import as_anybody, open_folder

if TYPE_CHECKING:
    from pathlib import Path

EACH_FORM = pytest.mark.parametrize("form", FORMS)
SECOND = Key("example.com/second", b"v" * 32, 4)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (3, 4, "entry 3"),
        (0, 58, "entries 0 to 57 (58)"),
        (999, 2001, "entries 999 to 2,000 (1,002)"),
    ],
)
def test_a_span_of_entries_names_the_first_the_last_and_how_many(
    start: int, end: int, text: str
) -> None:
    assert span(start, end) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (NOW, "2026-11-18T11:06:40Z"),
        (2**63 - 1, "9999-12-31T00:00:00Z"),
        (-(2**40), "1970-01-01T00:00:00Z"),
    ],
)
def test_a_moment_of_any_number_can_be_shown(time: int, text: str) -> None:
    assert moment(time) == text


@EACH_FORM
def test_with_the_key_of_another_log_it_is_said_once_and_the_log_keeps_its_name(
    tmp_path: Path, form: str
) -> None:
    other = Key("example.com/other", b"o" * 32)
    result = verified(HONEST, form, tmp_path, trusting(other, remembered=()))
    assert (result.status, result.origin, result.size) == (Status.FAILED, ORIGIN, None)
    assert [each.text for each in result.problems] == [
        "the log is 'example.com/log'; no key of it was given, only of 'example.com/other'"
    ]


@EACH_FORM
def test_the_name_that_a_log_gives_itself_does_not_hide_a_signed_one(
    tmp_path: Path, form: str
) -> None:
    log = HONEST.copy()
    log.origin = "example.com/other"
    result = verified(log, form, tmp_path)
    assert (result.status, result.origin, result.size) == (Status.FAILED, ORIGIN, 600)


def test_a_log_that_was_cosigned_anew_is_whole_up_to_the_later_time(tmp_path: Path) -> None:
    log = HONEST.copy()
    for time in (NOW - 900, NOW, NOW - 500):
        log.cosign(600, time)
    result = verified(log, "export", tmp_path, witnessing())
    assert (result.status, result.last_witnessed) == (Status.VERIFIED, Witnessed(600, NOW))


@pytest.mark.parametrize(("quorum", "time"), [("any", NOW + 9), ("all", NOW)])
def test_the_time_is_the_latest_by_which_enough_witnesses_had_seen_the_log(
    tmp_path: Path, quorum: str, time: int
) -> None:
    log = HONEST.copy()
    log.cosign(600, NOW)
    log.cosign(600, NOW + 9, SECOND)
    rules = (
        f"log {LOG.vkey}\nwitness one {WITNESS.vkey}\nwitness two {SECOND.vkey}\n"
        f"group g {quorum} one two\nquorum g\n"
    )
    trust = Trust(policy=parse_policy(rules.encode()), as_of=NOW)
    result = verified(log, "export", tmp_path, trust)
    assert (result.status, result.last_witnessed) == (Status.VERIFIED, Witnessed(600, time))


def test_a_time_that_no_witness_reached_comes_with_the_last_one_that_did(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(500, NOW - 100)
    log.cosign(600, NOW - 10)
    result = verified(log, "export", tmp_path, witnessing())
    assert result.reasons == (
        (
            "whether the end was cut off cannot be known: no witness saw the log at"
            " 2026-11-18T11:06:40Z or later: one last did at 2026-11-18T11:06:30Z, with 600 entries"
        ),
    )


def test_where_no_witness_ever_saw_the_log_no_time_is_named(tmp_path: Path) -> None:
    result = verified(HONEST, "export", tmp_path, witnessing())
    assert result.reasons == (
        "the witnesses that the policy asks for did not sign for entries 0 to 599 (600)",
        (
            "whether the end was cut off cannot be known: no witness saw the log at"
            " 2026-11-18T11:06:40Z or later, nor at any time that is known"
        ),
    )


def test_a_witness_with_the_key_of_the_log_is_told_as_not_independent(tmp_path: Path) -> None:
    own = Key("example.com/own", LOG.seed, 4)
    log = HONEST.copy()
    log.cosign(600, NOW, own)
    rules = f"witness w {own.vkey}\nquorum w\n".encode()
    trust = Trust(keys=(parse_vkey(LOG.vkey),), policy=parse_policy(rules), as_of=NOW)
    told = ["the witness 'w' is not independent: a log has the same key"]
    assert [each.text for each in verified(log, "export", tmp_path, trust).notices] == told
    held = verify_proof(HONEST.entries[123], proof(log, note=log.note(*log.notes[-1])), trust)
    assert [each.text for each in held.notices] == told


def test_an_entry_with_a_newline_after_it_comes_with_what_to_do() -> None:
    held = verify_proof(HONEST.entries[123] + b"\n", proof(), trusting(remembered=()))
    assert (codes(held), [each.text for each in held.notices]) == (
        {Code.NOT_INCLUDED},
        ["give the bytes of affidavit ledger show 123 --raw"],
    )
    other = verify_proof(HONEST.entries[122], proof(), trusting(remembered=()))
    assert other.notices == ()


def test_entries_that_are_missing_are_named_with_the_last_of_them(tmp_path: Path) -> None:
    path = write_export(HONEST, tmp_path / "log")
    (path / "tile/entries/001").unlink()
    result = verify(path, trusting())
    assert (Code.ENTRY_MISSING, 256) in found(result)
    texts = {each.text for each in result.problems}
    assert "nothing can be read of entries 256 to 511 (256)" in texts


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hidden", ["itself", "folder"])
def test_a_log_that_this_account_may_not_read_is_told_as_that(form: str, hidden: str) -> None:
    with open_folder() as folder:
        (folder / "in").mkdir()
        path = FORMS[form](HONEST, folder / "in" / "log")
        (path if hidden == "itself" else folder / "in").chmod(0)
        try:
            with as_anybody(), pytest.raises(UnreadableError, match="Permission denied"):
                verify(path, trusting())
        finally:
            (path if hidden == "itself" else folder / "in").chmod(0o700)


def test_a_folder_of_an_export_that_may_not_be_read_is_told_as_that() -> None:
    with open_folder() as folder:
        path = write_export(HONEST, folder / "log")
        (path / "tile" / "entries").chmod(0)
        try:
            with as_anybody(), pytest.raises(UnreadableError, match="entries: Permission denied"):
                verify(path, trusting())
        finally:
            (path / "tile" / "entries").chmod(0o700)


def test_an_empty_folder_holds_no_log(tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError):
        verify(tmp_path, trusting())
