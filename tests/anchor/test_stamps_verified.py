"""Time stamps beside a log that is verified: in its database, and in its export."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from local import Chain, pem_in
from test_stamping import CHAIN, asked, here, taken

from affidavit.app.anchor import verifying
from affidavit.app.anchor.judging import roots_of
from affidavit.app.anchor.verifying import with_stamps
from affidavit.base.errors import NotALedgerError
from affidavit.verify.result import Result, Status
from commands import FACT, lines, ran, refused

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["here"]
EACH = pytest.mark.parametrize("form", ["database", "export"])
VERIFIED, FAILED, INCOMPLETE = 0, 1, 3
ABSENT = "note           no time stamp lies with the log, so none was held against --tsa-ca"


@pytest.fixture
def stamped(here: Path) -> Path:
    """The folder `here` with a time stamp of three entries, and an export of four in ``out``."""
    answer = CHAIN.stamp(asked(here)).answer()
    assert taken(here, answer)[1]["kept"] is True
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    assert ran("checkpoint", "--output", "kept", here=here).status == 0
    exported(here)
    (here / "log.vkey").write_bytes((here / "out" / "vkey").read_bytes())
    return here


def exported(here: Path) -> None:
    assert ran("export", "out", here=here).status == 0


def said(here: Path, form: str, *more: str | Path) -> tuple[int, list[str]]:
    """Exit status, and what is said of time stamps and problems."""
    place = {"database": ".", "export": "out"}[form]
    trust = ("--key", "log.vkey", "--against", "kept")
    ended = ran("verify", place, *trust, *more, here=here)
    assert ended.err == ""
    found = ended.out.decode().splitlines()
    counted = "looked at"
    told = [line for line in found if "stamp" in line or "authority" in line]
    return ended.status, [line for line in told if not line.startswith(counted)]


def the_stamp(here: Path) -> Path:
    (found,) = (here / "out" / "anchors").glob("3.*.tsr")
    return found


@EACH
def test_without_an_authority_the_stamps_that_are_kept_are_counted(
    stamped: Path, form: str
) -> None:
    told = "note           time stamps that are kept and were not checked: 1; give --tsa-ca"
    assert said(stamped, form) == (VERIFIED, [told])


@EACH
def test_with_its_authority_a_stamp_tells_when_the_entries_were_there(
    stamped: Path, form: str
) -> None:
    status, told = said(stamped, form, "--tsa-ca", "ca.pem")
    start = "note           an authority that was given says that 3 entries were there at 20"
    assert (status, [line[: len(start)] for line in told]) == (VERIFIED, [start])


@EACH
def test_with_another_authority_a_stamp_is_a_problem(stamped: Path, form: str) -> None:
    pem_in(stamped, Chain().root, "other.pem")
    status, told = said(stamped, form, "--tsa-ca", "other.pem")
    start = "  checkpoint 3: stamp-bad: its certificate does not lead to a given one"
    assert (status, [line[: len(start)] for line in told]) == (FAILED, [start])


def test_a_stamp_that_was_altered_is_a_problem(stamped: Path) -> None:
    file = the_stamp(stamped)
    data = file.read_bytes()
    for altered in (data[:-1] + bytes([data[-1] ^ 1]), data[:200], b"", bytes(1 << 17)):
        file.write_bytes(altered)
        status, told = said(stamped, "export", "--tsa-ca", "ca.pem")
        assert (status, ["stamp-bad" in line for line in told]) == (FAILED, [True])


def test_a_stamp_of_a_checkpoint_that_the_log_does_not_have_is_a_problem(stamped: Path) -> None:
    gone = "  checkpoint {0}: stamp-bad: the log has no checkpoint of that size as it was stamped"
    file = the_stamp(stamped)
    file.rename(file.with_name(file.name.replace("3.", "2.", 1)))
    status, told = said(stamped, "export", "--tsa-ca", "ca.pem")
    assert (status, told) == (FAILED, [f"{gone.format(2)} (the time stamp of 2 entries)"])


@pytest.mark.parametrize("how", ["altered", "missing", "link"])
def test_what_was_stamped_must_be_the_checkpoint_of_the_log(stamped: Path, how: str) -> None:
    note = stamped / "out" / "anchors" / "3.note"
    data = note.read_bytes()
    note.unlink()
    if how == "link":
        (stamped / "elsewhere").write_bytes(data)
        note.symlink_to(stamped / "elsewhere")
    elif how == "altered":
        note.write_bytes(data[:-2] + b"x\n")
    status, told = said(stamped, "export", "--tsa-ca", "ca.pem")
    assert (status, ["no checkpoint of that size" in line for line in told]) == (FAILED, [True])


def test_stamps_that_lie_behind_a_link_are_not_looked_at(stamped: Path) -> None:
    anchors = stamped / "out" / "anchors"
    anchors.rename(stamped / "elsewhere")
    anchors.symlink_to(stamped / "elsewhere")
    assert said(stamped, "export", "--tsa-ca", "ca.pem") == (VERIFIED, [ABSENT])


def test_a_stamp_that_answers_no_request_of_the_log_is_a_problem(stamped: Path) -> None:
    for request in (stamped / "out" / "anchors").glob("*.tsq"):
        request.write_bytes(b"none")
    status, told = said(stamped, "export", "--tsa-ca", "ca.pem")
    assert (status, ["it answers another request" in line for line in told]) == (FAILED, [True])


@EACH
def test_more_stamps_than_are_looked_at_are_told_of(
    stamped: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_STAMPS", 1)
    _, told = said(stamped, form, "--tsa-ca", "ca.pem")
    assert told[1:] == ["note           1 time stamps were looked at; there may be more"]
    assert "not checked: 1 or more;" in said(stamped, form)[1][0]


def test_beside_a_log_that_fails_no_stamp_is_looked_at(stamped: Path) -> None:
    result = Result(status=Status.FAILED)
    assert with_stamps(
        result, stamped / "out", roots_of((stamped / "ca.pem").read_bytes(), "")
    ) is (result)


def test_stamps_that_cannot_be_read_fail_only_what_asks_for_them(stamped: Path) -> None:
    result, nowhere = Result(status=Status.VERIFIED), stamped / "nowhere.db"
    (notice,) = with_stamps(result, nowhere, None).notices
    assert (notice.code, with_stamps(result, nowhere, None)) == (
        "stamps-unread",
        replace(result, notices=(notice,)),
    )
    with pytest.raises(NotALedgerError):
        with_stamps(result, nowhere, roots_of((stamped / "ca.pem").read_bytes(), "ca.pem"))


def test_what_holds_no_certificates_is_refused(stamped: Path) -> None:
    ended = ran("verify", ".", "--tsa-ca", "log.vkey", here=stamped)
    assert "log.vkey holds no certificates in PEM" in refused(ended, "AFF-FORMAT", 4)


def test_with_a_proof_no_authority_can_be_given(stamped: Path) -> None:
    ended = ran("verify", "--proof", "p", "--entry", "e", "--tsa-ca", "ca.pem", here=stamped)
    assert "--tsa-ca is for a whole log" in ended.err


def looked_at(here: Path, *more: str) -> list[str]:
    ended = ran("verify", "out", "--key", "log.vkey", "--against", "kept", *more, here=here)
    found = ended.out.decode().splitlines()
    return [line for line in found if line.startswith("looked at")]


def test_how_many_checkpoints_and_stamps_were_there_is_told(stamped: Path) -> None:
    start = "looked at      3 checkpoints kept with it, 0 blobs"
    assert looked_at(stamped) == [f"{start}, 1 time stamp not checked"]
    assert looked_at(stamped, "--tsa-ca", "ca.pem") == [f"{start}, 1 time stamp checked"]
    shutil.rmtree(stamped / "out" / "anchors")
    (stamped / "out" / "checkpoints").unlink()
    one = "looked at      1 checkpoint kept with it, 0 blobs, no time stamp there"
    assert looked_at(stamped) == [one]


@EACH
def test_an_authority_without_a_stamp_is_told(here: Path, form: str) -> None:
    exported(here)
    (here / "log.vkey").write_bytes((here / "out" / "vkey").read_bytes())
    assert ran("checkpoint", "--output", "kept", here=here).status == 0
    assert said(here, form, "--tsa-ca", "ca.pem") == (VERIFIED, [ABSENT])
