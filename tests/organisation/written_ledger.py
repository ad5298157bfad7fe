"""The ledger of an organisation: scans, decisions and receipts, as the commands would record them.

The files are read by what reads a user's; they go into the log in one batch, for speed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.app.clock import chance
from affidavit.app.ledger.blobs import kept
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, by, keeping, vault
from affidavit.app.receipts.commits import Named
from affidavit.app.receipts.logged import issued
from affidavit.app.receipts.predicate import AI_AUTHORSHIP, Asserted, Authorship, Prompt
from affidavit.app.results.reports import read_scans
from affidavit.app.results.said import Read, drafted
from affidavit.app.results.typed import read_builds
from affidavit.app.results.wanted import Wanted
from affidavit.ledger.commitment import SALT_SIZE, Opening
from affidavit.ledger.dsse import signed_envelope
from affidavit.ledger.key import SigningKey
from affidavit.ledger.statement import Statement, of_commit

if TYPE_CHECKING:
    from truth import Commit, Decision, Organisation, Receipt, Scan
    from written_git import Names

    from affidavit.ledger.dsse import Envelope
    from affidavit.ledger.entry import Fact
    from affidavit.store.vault import Vault

ORIGIN = "firm.mail/shop"
SIGNER = SigningKey.from_secret("firm.mail/signer", bytes(31) + b"\x07")
_WANTED = Wanted(files=(), revision="", repository=Path())


def recorded(org: Organisation, names: Names, folder: Path) -> Home:
    """The ledger of `org` in `folder`; AFFIDAVIT_HOME is where its keys are."""
    place = Home(folder / ".affidavit")
    begun(place, ORIGIN, lambda custody: custody.new_secret(chance(32)))
    scratch = folder / "report.json"
    with vault(place, ORIGIN) as values, values.batch():
        results = _Results(names, scratch, values)
        facts = [results.scan(one) for one in org.scans]
        facts += [results.decision(one) for one in org.decisions]
    receipts = [_receipt(one, _named(names, one.commit)) for one in org.receipts]
    with keeping(place) as keeper:
        keeper.append(facts, by("record"))
        if receipts:
            blobs = kept([envelope.encode() for _, envelope in receipts])
            keeper.append([fact for fact, _ in receipts], by("receipt"), blobs)
    return place


def _named(names: Names, commit: Commit) -> Named:
    return Named(names.commits[commit.mark], names.trees[commit.mark])


class _Results:
    """Makes facts of reports, by what makes them of a user's files."""

    def __init__(self, names: Names, scratch: Path, values: Vault) -> None:
        self._names = names
        self._scratch = scratch
        self._values = values

    def scan(self, one: Scan) -> Fact:
        return self._fact(read_scans([self._file(_sarif(one))]), one.commit)

    def decision(self, one: Decision) -> Fact:
        named = _named(self._names, one.commit)
        return self._fact(read_builds([self._file(_summary(one, named))], named), one.commit)

    def _fact(self, read: Read, commit: Commit) -> Fact:
        return drafted(read, _WANTED, _named(self._names, commit)).sealed(self._values)

    def _file(self, data: object) -> Path:
        # A file that is cut and written again waits for the disk.
        self._scratch.unlink(missing_ok=True)
        self._scratch.write_text(json.dumps(data))
        return self._scratch


def _sarif(scan: Scan) -> dict[str, object]:
    driver: dict[str, object] = {"name": scan.tool}
    if scan.pinned:
        driver |= {"semanticVersion": "4.1.0"}
    results = [
        {"ruleId": f"sift/{number}", "level": "warning", "message": {"text": "x"},
         "properties": {"security-severity": str(severity)}}
        for number, severity in enumerate(scan.findings)
    ]  # fmt: skip
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": scan.successful}],
        "results": results,
    }
    return {"version": "2.1.0", "runs": [run]}


def _summary(one: Decision, named: Named) -> dict[str, object]:
    policy = {"uri": "https://firm.mail/policy", "digest": {"sha256": "5" * 64}}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"digest": {"gitCommit": named.commit}}],
        "predicateType": "https://slsa.dev/verification_summary/v1",
        "predicate": {
            "verifier": {"id": "https://firm.mail/gate"},
            "timeVerified": "2026-01-05T00:00:00Z",
            "resourceUri": "git+https://github.com/firm/shop",
            **({"policy": policy} if one.policy else {}),
            "inputAttestations": [
                {"uri": "https://firm.mail/input", "digest": {"sha256": "6" * 64}}
            ],
            "verificationResult": one.result,
            "verifiedLevels": [],
        },
    }


def _receipt(one: Receipt, named: Named) -> tuple[Fact, Envelope]:
    prompt = None
    if one.prompt:
        opening = Opening(field="prompt", value="Do it.\n", salt=bytes(SALT_SIZE))
        prompt = Prompt(commitment=opening.commitment())
    asserted = Asserted(agent=one.agent, model=one.model, prompt=prompt, session=one.session)
    said = Authorship(
        asserted=asserted, created="2026-01-05T00:00:00.000000Z", tool="affidavit 0.1.0"
    )
    statement = Statement(of_commit(*named), AI_AUTHORSHIP, said.shown())
    envelope = signed_envelope(statement.encode(), [SIGNER])
    return issued(envelope, named, AI_AUTHORSHIP), envelope
