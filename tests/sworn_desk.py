"""A firm's forge with its gate, its keys and what was signed, as an audit reads it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.audit import Request, audit
from affidavit.app.facts.signing import bundle_of
from affidavit.app.progress import QUIET
from affidavit.app.sworn.asked import Asked
from affidavit.changes.gate.model import ALWAYS, DEFAULT
from affidavit.ledger.bundle import Place
from affidavit.ledger.decided import KIND, PolicyDecided
from affidavit.ledger.entry import Fact, Subject
from affidavit.policy.bundle import bundle_of as bundle_of_files
from authenticator import maker, plain_key, security_key
from collectors import gathered
from gates import ALL, ALLOW, CI, SIGNERS, Gates
from signed_approvals import APPROVED, fact_of, line, row, signed

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.gated import GateState
    from affidavit.changes.model import Landing
    from affidavit.ledger.dsse import Envelope
    from affidavit.ledger.key import SigningKey
    from authenticator import Key
    from forges import Pull

TOUCH, SOFT = security_key(seed=1), plain_key(seed=3)
ASKED = (*ALWAYS, *DEFAULT)
CHALLENGE = b"a challenge of its own"
NAME = f"affidavit/attestations/{hashlib.sha256(TOUCH.blob).hexdigest()}"
FILES: dict[str, str | None] = {
    "affidavit/allowed_signers": row("ben@firm.mail", TOUCH) + row("cleo@firm.mail", SOFT),
    "affidavit/attestation_roots.pem": maker().pem.decode(),
    "affidavit/signers.toml": SIGNERS.replace("kinds = [", f'kinds = ["{KIND}", '),
}


class Sworn:
    """The firm, and what was signed about its changes."""

    def __init__(self, folder: Path) -> None:
        self.firm = Gates(folder, FILES)
        shop, ann = self.firm.shop, self.firm.ann
        kept = {
            f"{NAME}.attestation": maker().device().attestation(TOUCH, CHALLENGE),
            f"{NAME}.challenge": CHALLENGE,
        }
        self.enrolled = shop.direct(ann, "Enrol a key", kept)
        policy = {"policy.toml": ALLOW.encode(), "all.rego": ALL.encode()}
        self.bundle = bundle_of_files(policy).digest

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.firm.shop.git.run("rev-parse", f"{commit}^{{tree}}").decode().strip()

    def say(self, *lines: bytes) -> None:
        """Add lines to the file of facts."""
        with self.firm.facts.open("ab") as file:
            file.writelines(one + b"\n" for one in lines)

    def approve(self, pull: Pull, key: Key = TOUCH) -> Envelope:
        """Sign that the head is approved."""
        commit = pull.head_oid
        made = signed(key, APPROVED, commit=commit, tree=self.tree(commit))
        self.say(line(fact_of(made)))
        return made

    def decide(
        self, pull: Pull, verdict: str = "allowed", key: SigningKey = CI, **changed: object
    ) -> None:
        """Let the gate have decided about the head of a request, and a second pass."""
        commit = pull.head_oid
        body = PolicyDecided(
            purpose="merge", verdict=verdict, allowed=verdict == "allowed", failed=False,  # type: ignore[arg-type]
            bundle=self.bundle, input=f"sha256:{'2' * 64}", engine="e", base=self.enrolled,
            branch="main", change=pull.number, requirements=dict.fromkeys(ASKED, "met"),
            at=self.firm.forge.clock.text(),
        )  # fmt: skip
        self.firm.forge.clock.advance(seconds=1)
        body = msgspec.structs.replace(body, **changed)
        said = {k: v for k, v in msgspec.to_builtins(body).items() if v is not None}
        subject = Subject(commit=commit, tree=self.tree(commit))
        fact = Fact(kind=KIND, stream="ci", actor="ci", subject=subject, body=said)
        number = hashlib.sha256(f"{commit}{verdict}{key.key}".encode()).hexdigest()[:32]
        self.say(*(one.removesuffix(b"\n") for one in bundle_of([fact], Place(number), key)))

    def landing(self, commit: str, *, forge: bool = True) -> Landing:
        """What the audit finds of a landing."""
        return next(one for one in self.report(forge=forge).landings if one.commit == commit)

    def report(
        self, *more: Path, forge: bool = True, branches: tuple[str, ...] = ("main",)
    ) -> Report:
        """The audit, of the file of facts and `more` places."""
        gathered(self.firm.forge, self.firm.export)
        repository = self.firm.shop.git.path
        places = (self.firm.facts,) if self.firm.facts.exists() else ()
        request = Request(
            repository=repository,
            branches=branches,
            name="shop",
            forge=self.firm.export if forge else None,
            sworn=Asked(repository=repository, places=(*places, *more)),
        )
        return audit(request, QUIET)


def state(landing: Landing) -> GateState:
    """What became of a landing at the gate."""
    assert landing.sworn
    assert landing.sworn.gate is not None
    return landing.sworn.gate.state
