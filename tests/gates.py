"""A firm whose changes go through the gate: its forge, its policy, its CI that signs results."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec

from affidavit.app.facts.signing import bundle_of
from affidavit.app.gate.judging import Gated, gated
from affidavit.app.gate.wanted import Wanted
from affidavit.ledger.bundle import Place
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.key import SigningKey
from affidavit.ledger.results import ScanReported, ScanTool, TestCases, TestReported
from collectors import Nobody, gathered
from forges import Protection
from forges import small as founded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.changes.gate.answer import Answer
    from affidavit.changes.gate.model import Status
    from forges import Account, Pull

CI = SigningKey.from_secret("ci.firm.example", b"\x07" * 32)
STRANGER = SigningKey.from_secret("stranger.example", b"\x08" * 32)
ALLOW = 'version = 1\nname = "all"\nallow = "data.firm.allow"\n'
ALL = "package firm\n\nallow := true\n"
CHECKLIST = (
    "- [x] Functional correctness\n- [x] Security\n- [x] Tests\n- [x] AI-specific review\n"
    "- [x] AI use: {use}\n"
)
CONFIG = """version = 1

[gate]
checks = ["test"]

[gate.teams]
security = ["Cleo Park"]

[[person]]
name = "Ann Lee"
addresses = ["ann@firm.mail"]
accounts = ["127.0.0.1:ann"]
roles = ["reviewer"]

[[person]]
name = "Ben Ode"
addresses = ["ben@firm.mail"]
accounts = ["127.0.0.1:ben"]
roles = ["reviewer", "change-authority", "waiver-approver"]

[[person]]
name = "Cleo Park"
addresses = ["cleo@firm.mail"]
accounts = ["127.0.0.1:cleo"]
roles = ["reviewer", "security"]
"""
COMPLETE = CONFIG.replace('checks = ["test"]', 'checks = ["test"]\nchecks_complete = true')
SIGNERS = (
    f'[[signers]]\nvkey = "{CI.key.encode()}"\nname = "CI"\n'
    'kinds = ["test.reported.v1", "scan.reported.v1"]\n'
)
FILES: dict[str, str] = {
    "affidavit.toml": CONFIG,
    "affidavit/policy/policy.toml": ALLOW,
    "affidavit/policy/all.rego": ALL,
    "affidavit/signers.toml": SIGNERS,
    "CODEOWNERS": "/pay/ @firm/security\n",
    ".github/workflows/ci.yml": "on: pull_request_target\n",
    "shop.py": "ITEMS = []\n",
}


class Options(TypedDict, total=False):
    """What the gate is asked besides."""

    base: str
    head: str
    change: int
    forge: Path | None
    facts: tuple[Path, ...]
    require: tuple[str, ...]
    threshold: int
    policy: Path
    ledger: Home
    branches: tuple[str, ...]


class Gates:
    """The firm's repository with what it judges by, its forge, and where records are kept."""

    def __init__(self, folder: Path, files: Mapping[str, str | None] | None = None) -> None:
        self.folder = folder
        made = founded(folder / "forge", server=False)
        self.forge, self.shop, self.ann, self.ben = made
        self.cleo = self.forge.account("cleo", "Cleo Park", "cleo@firm.mail")
        self.shop.roles[self.cleo] = "write"
        self.export, self.facts = folder / "shop.jsonl", folder / "facts.jsonl"
        base = {name: text for name, text in {**FILES, **(files or {})}.items() if text is not None}
        self.base = self.shop.direct(self.ann, "Begin", base)
        self.shop.protect("main", Protection(reviews=1, checks=("test",)))

    def opened(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        by: Account | None = None,
        **how: str,
    ) -> Pull:
        """A request whose check succeeded, not yet reviewed."""
        message = how.get("message", "Add a cart")
        pull = self.shop.open(
            by or self.ann, message.partition("\n")[0], files or {"cart.py": "x = 1\n"},
            message=message, body=how.get("body", ""),
        )  # fmt: skip
        self.shop.checks.passes(pull.head_oid, "test")
        return pull

    def ready(
        self, files: Mapping[str, str | bytes | None] | None = None, use: str = "assisted"
    ) -> Pull:
        """A request with all that it needs: approved with the checklist, checked, scanned."""
        pull = self.opened(files)
        pull.review(self.ben, body=CHECKLIST.format(use=use))
        self.report(pull.head_oid)
        return pull

    def report(self, commit: str, key: SigningKey = CI, **scan: int) -> None:
        """Sign that the commit was tested and scanned; `scan` are open findings by severity."""
        tree = self.shop.git.run("rev-parse", f"{commit}^{{tree}}").decode().strip()
        facts = [report_of_tests(commit, tree), scanned(commit, tree, **scan)]
        with self.facts.open("ab") as file:
            file.writelines(bundle_of(facts, Place(commit[:32]), key))

    def asked(self, pull: Pull | None = None, **options: Unpack[Options]) -> Gated:
        """What the gate says of a request now, by the forge's records of now."""
        if pull is not None and "forge" not in options:
            gathered(self.forge, self.export)
            options["forge"] = self.export
        usual: Options = {"facts": (self.facts,) if self.facts.exists() else ()}
        if pull is not None:
            usual |= {"change": pull.number, "head": pull.head_oid}
        wanted = Wanted(repository=self.shop.git.path, **{**usual, **options})  # type: ignore[arg-type]
        return gated(wanted, int(self.forge.clock.now) + 1, Nobody())

    def answer(self, pull: Pull | None = None, **options: Unpack[Options]) -> Answer:
        """The answer alone."""
        return self.asked(pull, **options).answer


def statuses(answer: Answer) -> dict[str, Status]:
    """What became of each requirement."""
    return {one.id: one.status for one in answer.requirements}


def found(answer: Answer, id_: str) -> str:
    """What was found for a requirement."""
    return next(one.found for one in answer.requirements if one.id == id_)


def report_of_tests(commit: str, tree: str, result: str = "passed") -> Fact:
    """A report of tests on a commit."""
    cases = TestCases(
        total=1, passed=1, failures=0, errors=0, skipped=0, not_run=0, flaky=0, outside=0
    )
    body = TestReported(channel="cli", tool="t", result=result, suites=1, cases=cases, differing=0)
    return _fact("test.reported.v1", commit, tree, body)  # fmt: skip


def scanned(commit: str, tree: str, **severities: int) -> Fact:
    """A report of a scan of a commit."""
    count = sum(severities.values())
    body = ScanReported(
        channel="cli", tool="t", result="findings" if count else "clean", runs=1,
        tools=(ScanTool(role="driver", rules=1, name="scanner", version="1"),), open=count,
        levels={}, severities=severities, kinds={}, suppressed={}, baseline={}, errors=0, rules=(),
        rules_left=0, rules_digest=f"sha256:{'0' * 64}", independent=True,
    )  # fmt: skip
    return _fact("scan.reported.v1", commit, tree, body)


def _fact(kind: str, commit: str, tree: str, body: msgspec.Struct) -> Fact:
    return Fact(
        kind=kind,
        stream="ci",
        actor="ci",
        subject=Subject(commit=commit, tree=tree),
        body={name: one for name, one in msgspec.to_builtins(body).items() if one is not None},
    )
