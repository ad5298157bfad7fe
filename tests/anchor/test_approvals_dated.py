"""The time of an approval in a ledger: whoever recorded it first, and never its keeper's clock."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from stamps import NONCE, authority
from tsa import NOW, Stamp

from affidavit.app.anchor.files import QUERY, STAMP
from affidavit.app.anchor.query import query
from affidavit.app.clock import chance
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, keeping
from affidavit.app.ledger.view import viewing
from affidavit.changes.approval.model import Code, TimeBy
from affidavit.ledger.algorithm import COSIGNATURE
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import cosign
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import parse_note
from affidavit.store.beside import keep_anchor, keep_cosignature
from affidavit.store.connection import connected
from approval_desk import Desk
from signed_approvals import BEN, SOFT, fact_of, row

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.approval.model import SignedApproval
    from affidavit.ledger.entry import Fact

WITNESS = SigningKey.from_secret("witness.example", b"\x07" * 32, algorithm=COSIGNATURE)
EARLY, LATE = 1_795_200_000, 1_795_230_000
"""2026-11-20T18:40:00Z, 2026-11-21T03:00:00Z."""
EARLY_TEXT, LATE_TEXT = "2026-11-20T18:40:00Z", "2026-11-21T03:00:00Z"
FILLER = 3


class Kept(Desk):
    """A desk with a ledger, in which the approval of the head is an entry."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "repo", row(BEN, SOFT))
        self.ledger = Home(folder / "kept" / ".affidavit")
        begun(self.ledger, "example.com/team", lambda keys: keys.new_secret(chance(32)))
        self.fact = fact_of(self.signed(SOFT))
        self.append(self.fact)

    def append(self, *facts: Fact) -> int:
        """Append `facts` in one batch; the size of the log then."""
        with keeping(self.ledger) as keeper:
            keeper.append(list(facts), by("test"))
        with viewing(self.ledger) as view:
            return view.size

    def witnessed(self, size: int, time: int, key: SigningKey = WITNESS) -> None:
        """Let a witness cosign the checkpoint of `size`."""
        with viewing(self.ledger) as view:
            checkpoint = parse_checkpoint(parse_note(view.checkpoint_of(size)))
        keep_cosignature(self.ledger.database, size, cosign(checkpoint, key, time).line())

    def stamped(self, size: int) -> None:
        """Let an authority stamp the checkpoint of `size`."""
        with viewing(self.ledger) as view:
            imprint = hashlib.sha256(view.rows.checkpoint(size) or b"").digest()
        trusted = authority()
        stamp = Stamp(imprint=imprint, nonce=NONCE, signer=trusted.signer, others=(trusted.middle,))
        for kind, data in ((STAMP, stamp.answer()), (QUERY, query(imprint, NONCE))):
            digest = hashlib.sha256(data).digest()
            keep_anchor(self.ledger.database, size, kind, digest, data)

    def only(self, **said: object) -> SignedApproval:
        """The one approval, read with the ledger and whom to trust."""
        trusted = {"witnesses": (WITNESS.key,), "roots": (authority().root.certificate,)}
        (one,) = self.read(ledger=self.ledger, **{"now": None, **trusted, **said}).found
        return one


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    return Kept(tmp_path)


def dated(one: SignedApproval) -> tuple[str | None, TimeBy | None]:
    return one.time, one.time_by


def test_the_keepers_clock_dates_nothing(desk: Kept) -> None:
    one = desk.only()
    assert (one.source, dated(one)) == ("entry 1", (None, None))
    assert [each.code for each in one.problems] == [Code.NO_TIME]


def test_a_witness_of_a_checkpoint_over_the_entry_dates_it(desk: Kept) -> None:
    desk.witnessed(2, EARLY)
    assert dated(desk.only()) == (EARLY_TEXT, TimeBy.WITNESS)


def test_the_first_checkpoint_that_was_witnessed_counts(desk: Kept) -> None:
    size = desk.append(desk.fact)
    desk.witnessed(size, LATE)
    assert dated(desk.only()) == (LATE_TEXT, TimeBy.WITNESS)
    desk.witnessed(2, EARLY)
    assert dated(desk.only()) == (EARLY_TEXT, TimeBy.WITNESS)


def test_a_witness_of_an_earlier_checkpoint_dates_nothing(desk: Kept) -> None:
    desk.witnessed(1, EARLY)
    assert dated(desk.only()) == (None, None)


def test_an_unknown_witness_and_a_time_that_is_yet_to_come_date_nothing(desk: Kept) -> None:
    stranger = SigningKey.from_secret("other.example", b"\x08" * 32, algorithm=COSIGNATURE)
    desk.witnessed(2, EARLY, stranger)
    desk.witnessed(2, 4_000_000_000)
    assert dated(desk.only()) == (None, None)


def test_an_entry_that_was_changed_is_not_under_what_the_witness_saw(desk: Kept) -> None:
    desk.witnessed(2, EARLY)
    with closing(connected(desk.ledger.database)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS runs_no_update")
        (data,) = connection.execute("SELECT entries FROM runs WHERE first = 1").fetchone()
        changed = data.replace(b'"actor":"a"', b'"actor":"b"')
        assert changed != data
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'runs'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE runs SET entries = ? WHERE first = 1", (changed,))
        connection.commit()
    assert dated(desk.only()) == (None, None)


def test_an_authority_dates_it_where_no_witness_does(desk: Kept) -> None:
    desk.stamped(2)
    noon = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    gate = {"now": "2026-11-21T13:00:00Z"}
    assert dated(desk.only(**gate)) == (noon, TimeBy.AUTHORITY)
    assert dated(desk.only(roots=(), **gate)) == ("2026-11-21T13:00:00Z", TimeBy.GATE)
    desk.witnessed(2, EARLY)
    assert dated(desk.only(**gate)) == (EARLY_TEXT, TimeBy.WITNESS)


def test_what_lies_in_the_notes_too_keeps_the_witnesss_time(desk: Kept) -> None:
    desk.witnessed(2, EARLY)
    desk.note(desk.signed(SOFT))
    assert dated(desk.only()) == (EARLY_TEXT, TimeBy.WITNESS)
