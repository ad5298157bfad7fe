"""What a ledger holds of signed approvals and of the gate, as control tests and releases see it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.gate.keeping import recorded
from affidavit.app.ledger.kept import by, keeping
from affidavit.changes.approval.posted import posted
from affidavit.changes.exceptional import UNGATED
from authenticator import maker, plain_key, security_key
from collectors import gathered
from gates import CHECKLIST, Gates
from histories import ran
from receipts import a_ledger
from signed_approvals import APPROVED, fact_of, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from authenticator import Key
    from forges import Pull
    from histories import Ended

TOUCH, SOFT = security_key(seed=1), plain_key(seed=3)
CHALLENGE = b"a challenge of its own"
NAME = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
TESTS = ("AFF-CC8.1-03", "AFF-CC8.1-04", "AFF-CC8.1-13")
ABOUT = ("--name", "firm/shop", "--quiet", "--json")


class Firm(Gates):
    """The firm, whose Ben has a key of hardware from the beginning, and its ledger."""

    def __init__(self, folder: Path, place: Home) -> None:
        super().__init__(
            folder,
            {
                "affidavit/allowed_signers": row("ben@firm.mail", TOUCH)
                + row("cleo@firm.mail", SOFT),
                "affidavit/attestation_roots.pem": maker().pem.decode(),
                f"{NAME}.attestation": maker().device().attestation(TOUCH, CHALLENGE),  # type: ignore[dict-item]
                f"{NAME}.challenge": CHALLENGE.decode(),
            },
        )
        self.place = place

    def sign(self, pull: Pull, key: Key = TOUCH) -> None:
        """Sign that the head is approved, and let the forge and the ledger see it."""
        tree = self.shop.git.run("rev-parse", f"{pull.head_oid}^{{tree}}").decode().strip()
        made = signed(key, APPROVED, commit=pull.head_oid, tree=tree)
        pull.review(self.cleo, "COMMENTED", body=posted(made))
        with keeping(self.place) as keeper:
            keeper.append([fact_of(made)], by("import"), {})

    def told(self, landing: str, *options: str | Path) -> dict[str, tuple[str, str]]:
        """What the tests say of a landing: the result, and all reasons."""
        gathered(self.forge, self.export)
        given = ("--forge", self.export, "--ledger", self.place.folder, "--since", "2025-01-01")
        tests = [each for one in TESTS for each in ("--test", one)]
        asked = ("controls", "test", self.shop.git.path, *tests, *options)
        done = ran(*asked, *given, *ABOUT, here=self.folder)
        rows = [one for one in json.loads(done.out)["items"] if one["subject"] == landing]
        return {
            one["test"]: (one["result"], "; ".join(each["why"] for each in one["attributes"]))
            for one in rows
        }

    def release(self, before: str) -> Ended:
        """The release of what landed since `before`."""
        gathered(self.forge, self.export)
        given = ("--forge", self.export, "--ledger", self.place.folder)
        whole = f"{before}..main"
        return ran("release", whole, self.shop.git.path, *given, *ABOUT, here=self.folder)


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    made = Firm(tmp_path, a_ledger(tmp_path, monkeypatch))
    with made.forge:
        yield made


def test_who_signed_by_a_proven_hand_counts_as_who_approved(firm: Firm) -> None:
    pull = firm.opened()
    firm.sign(pull)
    told = firm.told(pull.merge(firm.cleo, "squash"))
    assert [told[one][0] for one in TESTS] == ["pass", "pass", "deviation"]
    assert told["AFF-CC8.1-03"][1].startswith(
        "1 of 1; ben@firm.mail signed by a proven hand, known at "
    )


def test_who_signed_with_a_key_of_software_does_not(firm: Firm) -> None:
    pull = firm.opened()
    firm.sign(pull, SOFT)
    told = firm.told(pull.merge(firm.ben, "squash"))
    assert told["AFF-CC8.1-03"] == ("deviation", "0 of 1; nobody approved")


def test_who_signed_and_who_approved_on_the_forge_may_be_one_person(firm: Firm) -> None:
    agreed = firm.folder / "agreed.toml"
    agreed.write_text("[controls]\napprovals = 2\n")
    pull = firm.opened()
    firm.sign(pull)
    pull.review(firm.ben)
    told = firm.told(pull.merge(firm.cleo, "squash"), "--criteria", agreed)
    result, why = told["AFF-CC8.1-03"]
    assert (result, why[:37]) == ("unknown", "1 of 2; ben@firm.mail signed by a pro")
    assert why.endswith(" counts")


def test_a_release_counts_what_the_gate_allowed_by_its_ledger(firm: Firm) -> None:
    pull = firm.opened()
    pull.review(firm.ben, body=CHECKLIST.format(use="assisted"))
    firm.report(pull.head_oid)
    decided = firm.asked(pull)
    assert str(decided.answer.verdict) == "allowed"
    recorded(decided, firm.place)
    landing = pull.merge(firm.ben, "squash")
    assert firm.told(landing)["AFF-CC8.1-13"][0] == "pass"
    release = json.loads(firm.release(firm.base).out)
    assert [one for one in release["exceptions"] if one["id"] == UNGATED] == []


def test_a_release_names_what_was_let_in_without_the_gate(firm: Firm) -> None:
    landing = firm.opened().merge(firm.ben, "squash")
    release = json.loads(firm.release(firm.base).out)
    assert [one["commit"] for one in release["exceptions"] if one["id"] == UNGATED] == [landing]
