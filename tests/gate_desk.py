"""A firm whose gate is attacked: agents, second accounts, links, faults, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.gate.judging import gated
from affidavit.app.gate.wanted import Wanted
from affidavit.app.policy.starting import default_files
from affidavit.changes.gate.model import Status, Verdict
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody, Waits
from gates import CHECKLIST, Gates, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from affidavit.app.gate.judging import Gated
    from affidavit.changes.gate.answer import Answer
    from forges import Account, Pull

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
ALLOWED, REFUSED, UNDECIDED = Verdict.ALLOWED, Verdict.REFUSED, Verdict.UNDECIDED
TICKED = CHECKLIST.format(use="generated")
BY_CLAUDE = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
SWE_AGENT = 198982749
"""The number of the account under which Copilot's coding agent works."""
DEFAULT_POLICY: dict[str, str | None] = {
    **{f"affidavit/policy/{name}": text.decode() for name, text in default_files().items()},
    "affidavit/policy/all.rego": None,
}


class Desk(Gates):
    """The firm, its agent, and the acts that attacks are made of."""

    def __init__(self, folder: Path, files: Mapping[str, str | None] | None = None) -> None:
        super().__init__(folder, files)
        self.copilot = self.forge.bot("copilot-swe-agent", number=SWE_AGENT)
        self.shop.roles[self.copilot] = "write"

    def passing(self, pull: Pull) -> Pull:
        """`pull` with its check, its tests and its scan, as far as its head has none yet."""
        self.shop.checks.passes(pull.head_oid, "test")
        self.report(pull.head_oid)
        return pull

    def of_agent(self, files: Mapping[str, str] | None = None) -> Pull:
        """A request that the agent's own account opened, and Ann had it made."""
        pull = self.shop.open(
            self.copilot, "Add a cart", files or {"cart.py": "x = 1\n"}, message=BY_CLAUDE
        )
        pull.assign(self.ann, self.copilot)
        return self.passing(pull)

    def live(self, pull: Pull, base: str | None = None, head: str | None = None) -> Gated:
        """What the gate says when it asks the forge itself about a request."""
        facts = (self.facts,) if self.facts.exists() else ()
        asked = Wanted(
            repository=self.shop.git.path, token=Token(SECRET), url=self.forge.url, base=base,
            head=head, slug="firm/shop", change=pull.number, facts=facts,
        )  # fmt: skip
        return gated(asked, int(self.forge.clock.now) + 1, Nobody())

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.shop.git.run("rev-parse", f"{commit}^{{tree}}").decode().strip()

    def odd(
        self, entries: Mapping[str, tuple[str, str | bytes]], *, on: str, drop: tuple[str, ...] = ()
    ) -> str:
        """A commit on `on` with entries of any mode: links, submodules; content is their blob's."""
        git = self.shop.git
        files = {
            path: entry for path, entry in git.files(on).items()
            if not any(path == one or path.startswith(f"{one}/") for one in drop)
        }  # fmt: skip
        for path, (mode, content) in entries.items():
            oid = str(content) if mode == "160000" else git.blob(content)
            files[path] = (mode, oid)
        return self.made(git.tree(files), on)

    def made(self, tree: str, *parents: str) -> str:
        """A commit of Ann's that holds a tree."""
        who = ("-c", "user.name=Ann Lee", "-c", "user.email=ann@firm.mail")
        above = [word for one in parents for word in ("-p", one)]
        said = self.shop.git.run(*who, "commit-tree", "-m", "Work", *above, tree)
        return said.decode().strip()

    def opened_at(self, head: str, by: Account | None = None, title: str = "Work") -> Pull:
        """A request of the commit `head`, approved and with all that it needs."""
        pull = self.shop.open(by or self.ann, title, {}, head=head)
        pull.review(self.ben, body=TICKED)
        return self.passing(pull)

    def noted(self, commit: str, *lines: bytes) -> None:
        """Let the notes of a commit be `lines`, as anybody may push them."""
        git = self.shop.git
        blob = git.blob(b"".join(one.rstrip(b"\n") + b"\n" for one in lines))
        git.ref("refs/notes/affidavit", self.made(git.tree({commit: ("100644", blob)})))


def held(answer: Answer, *ids: str) -> dict[str, Status]:
    """What became of the requirements `ids`, of an answer that lets nothing through."""
    assert answer.verdict is not ALLOWED
    assert answer.status in (1, 3)
    return {one: statuses(answer)[one] for one in ids}


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody really wait for a forge that fails: the time allowed passes at once."""

    class Instant(Waits):
        def __init__(self, _told: object) -> None:
            super().__init__()

    monkeypatch.setattr("affidavit.app.asking.live.Brief", Instant)
