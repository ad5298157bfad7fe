"""What cannot be known of a signer or a key is never taken for proven."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.enrolment import files
from affidavit.app.ledger.home import Home
from affidavit.base.errors import FormatError
from approval_desk import ALLOWED, REVOKED, Desk
from signed_approvals import ANN, BEN, SOFT, TOUCH, row

if TYPE_CHECKING:
    from pathlib import Path


def shown(desk: Desk) -> tuple[str | None, str]:
    (one,) = desk.read(enrolled_by_forge=lambda *_: True).found
    return one.grade, one.shown


def test_below_the_end_of_a_shallow_clone_the_enrolment_is_unknown(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH))
    desk.note(desk.signed(TOUCH))
    assert shown(desk)[0] == "R4"
    desk.repo.commit("Before")
    shallow = Desk(tmp_path / "other", row(BEN, SOFT))
    first = shallow.base
    shallow.base = shallow.repo.commit("Enrol", files={ALLOWED: row(ANN, TOUCH)})
    shallow.head = shallow.repo.commit("A change", branch="next", at="main")
    shallow.note(shallow.signed(TOUCH))
    assert shown(shallow)[0] == "R4"
    (shallow.repo.directory / "objects" / first[:2] / first[2:]).unlink()
    (shallow.repo.directory / "shallow").write_text(f"{shallow.base}\n")
    grade, why = shown(shallow)
    assert (grade, why.rpartition("; ")[2]) == ("R2", "the commit that enrolled it is not known")


@pytest.mark.parametrize(
    ("roots", "why"),
    [
        (b"nothing", "no attestation can be checked: the makers' certificates cannot be read"),
        (None, "no attestation is kept"),
    ],
)
def test_without_makers_that_can_be_read_no_attestation_counts(
    tmp_path: Path, roots: bytes | None, why: str
) -> None:
    name = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
    kept: dict[str, bytes | str] = {f"{name}.attestation": b"x", f"{name}.challenge": b"y" * 32}
    if roots is not None:
        kept["affidavit/attestation_roots.pem"] = roots
    desk = Desk(tmp_path / "repo", row(ANN, TOUCH), kept)
    desk.note(desk.signed(TOUCH))
    (one,) = desk.read().found
    assert (one.grade, why in one.shown) == ("R2", True)


def test_a_ledger_that_cannot_be_read_is_unread(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, SOFT))
    desk.note(desk.signed(SOFT))
    found = desk.read(ledger=Home(tmp_path / "nosuch"))
    assert (len(found.found), [one.partition(":")[0] for one in found.unread]) == (
        1,
        ["the ledger"],
    )


def test_revocations_that_are_no_text_judge_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repo", row(BEN, SOFT), {REVOKED: b"\xff"})
    with pytest.raises(FormatError, match=f"^{REVOKED} at the base is no text in UTF-8"):
        desk.read()


@pytest.mark.parametrize(
    ("allowed", "folder"), [("affidavit/allowed_signers", "affidavit/"), ("signers", "")]
)
def test_what_is_known_of_enrolment_lies_beside_the_allowed_signers(
    allowed: str, folder: str
) -> None:
    assert files(allowed) == (f"{folder}attestations", f"{folder}attestation_roots.pem")
