"""A repository of the forge: its branches, who pushed what, and what hangs on its commits."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypedDict, Unpack

from forge.accounts import Account
from forge.checks import Checks
from forge.clock import seconds
from forge.git import Bare, Commit, Who
from forge.hosting import Hosting
from forge.pulls import Pull
from forge.records import Activity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forge.accounts import Role
    from forge.records import Deployment, Review
    from forge.world import World


class Making(TypedDict, total=False):
    """How a commit is made: who (an account, or a name and an address), signed or not, on what."""

    committer: Account | tuple[str, str]
    parents: tuple[str, ...]
    on: str
    signed: bool
    authored_at: str


class Opening(TypedDict, total=False):
    """What a pull request is opened with; `fork` is where its branch lies, such as ``mia/shop``."""

    branch: str
    base: str
    body: str
    draft: bool
    fork: str
    commit_by: Account | tuple[str, str]
    message: str
    head: str


class Repository(Hosting):
    """A repository with its bare git repository at `path`; everything in it is made by acts."""

    def __init__(self, world: World, name: str, path: Path) -> None:
        super().__init__(world, name)
        self.git = Bare(path)
        self.heads: dict[str, str] = {}
        self.pulls: dict[int, Pull] = {}
        self.activity: list[Activity] = []
        self.pushes: dict[str, Activity] = {}
        self.waiting: dict[int, Pull] = {}
        self._named: dict[str, dict[int, Pull]] = defaultdict(dict)
        self.checks = Checks(self)
        self.roles: dict[Account, Role] = {}
        self.contributors: set[Account] = set()
        self._reach: dict[str, tuple[str, set[str]]] = {}
        self._begin()

    def _begin(self) -> None:
        at = seconds(self.world.clock.text())
        first = Who("GitHub", "noreply@github.com", at)
        draft = Commit(
            tree="",
            parents=(),
            author=first,
            committer=first,
            message="Initial commit",
            signed=True,
        )
        files = {"README.md": ("100644", self.git.blob(f"# {self.name}\n"))}
        self._move(self.default_branch, self.git.commit(files, draft).oid)

    # Commits and branches.

    def make(
        self,
        author: Account | tuple[str, str],
        message: str,
        files: Mapping[str, str | bytes | None],
        **how: Unpack[Making],
    ) -> str:
        """The id of a new commit that nothing names yet, on the default branch or on `on`."""
        on = self.resolve(how.get("on", self.default_branch))
        parents = how.get("parents", (on,) if on else ())
        before = self.git.files(parents[0]) if parents else {}
        at = seconds(self.world.clock.tick())
        made = Commit(
            tree="",
            parents=parents,
            author=who(author, seconds(how["authored_at"]) if "authored_at" in how else at),
            committer=who(how.get("committer", author), at),
            message=message,
            signed=how.get("signed", False),
        )
        return self.git.commit(self.git.changed(before, files), made).oid

    def named(self, ref: str, oid: str) -> None:
        """Let a ref of git name a commit."""
        self.git.ref(ref, oid)

    def resolve(self, name: str) -> str | None:
        """The commit that a branch, a full ref or an id stands for, None where there is none."""
        short = name.removeprefix("refs/heads/").removeprefix("heads/")
        if short in self.heads:
            return self.heads[short]
        if name.startswith("refs/pull/"):
            number = name.split("/")[2]
            found = self.pulls.get(int(number)) if number.isdigit() else None
            return found.head_oid if found else None
        tag = self.tags.get(name.removeprefix("refs/tags/"))
        full = len(name) == 40 and set(name) <= set("0123456789abcdef")
        return tag or (name if full and self.git.has(name) else None)

    def reach(self, branch: str) -> set[str]:
        """All commits of a branch."""
        tip = self.heads.get(branch, "")
        before, known = self._reach.get(branch, ("", set()))
        if tip != before:
            grown = before and tip and self.git.has_ancestor(tip, before)
            known = known if grown else set()
            known.update(list(self.git.above(tip, but=known)) if tip else ())
            self._reach[branch] = (tip, known)
        return known

    def push(self, by: Account, branch: str, to: str, *, kind: str | None = None) -> Activity:
        """Let a branch be at the commit `to`, and note who moved it."""
        at = self.world.clock.tick()
        before = self.heads.get(branch)
        done = Activity(
            id=self.world.serial(),
            before=before or "0" * 40,
            after=to,
            ref=f"refs/heads/{branch}",
            at=at,
            kind=kind or self._kind(before, to),
            actor=by,
        )
        self._move(branch, to)
        self.activity.append(done)
        self.pushes[to] = done
        self.pushed_at = at
        for pull in {**self.waiting, **self._named.get(branch, {})}.values():
            pull.branch_moved(done, branch)
        return done

    def direct(
        self, by: Account, message: str, files: Mapping[str, str | bytes | None], branch: str = ""
    ) -> str:
        """The id of a commit that is pushed to a branch without a pull request."""
        branch = branch or self.default_branch
        oid = self.make(by, message, files, on=branch)
        self.push(by, branch, oid)
        return oid

    def delete_branch(self, by: Account, branch: str) -> None:
        """Take a branch away; pull requests keep their commits."""
        at = self.world.clock.tick()
        before = self.heads.pop(branch)
        self.git.ref(f"refs/heads/{branch}", None)
        ref = f"refs/heads/{branch}"
        self.activity.append(
            Activity(
                id=self.world.serial(),
                before=before,
                after="0" * 40,
                ref=ref,
                at=at,
                kind="branch_deletion",
                actor=by,
            )
        )
        for pull in self._named.get(branch, {}).values():
            if not pull.fork:
                pull.note("HeadRefDeletedEvent", by, at=at)
                if pull.open:
                    pull.close(by)

    def _kind(self, before: str | None, to: str) -> str:
        if before is None:
            return "branch_creation"
        return "push" if self.git.has_ancestor(to, before) else "force_push"

    def _move(self, branch: str, to: str) -> None:
        self.heads[branch] = to
        self.git.ref(f"refs/heads/{branch}", to)

    # Pull requests.

    def shown(self, deployment: Deployment) -> None:
        """Note a deployment of the head of an open pull request in its timeline."""
        for pull in self.waiting.values():
            if pull.head_oid == deployment.commit:
                at = deployment.created_at
                pull.note("DeployedEvent", deployment.creator, at=at, deployment=deployment)

    def open(
        self,
        author: Account,
        title: str,
        files: Mapping[str, str | bytes | None],
        **how: Unpack[Opening],
    ) -> Pull:
        """A new pull request of one commit that changes `files`, or of the commit ``head``."""
        base = how.get("base", self.default_branch)
        number = self.number()
        branch = how.get("branch", f"change-{number}")
        oid = how.get("head") or self.make(
            how.get("commit_by", author), how.get("message", title), files, on=base
        )
        if "fork" not in how and self.heads.get(branch) != oid:
            self.push(author, branch, oid)
        pull = Pull(self, number, author, title, self.world.clock.tick())
        pull.body, pull.draft, pull.fork = (
            how.get("body", ""),
            how.get("draft", False),
            how.get("fork"),
        )
        pull.base_ref, pull.head_ref = base, branch
        self.pulls[number] = self._named[branch][number] = pull
        pull.synchronise(oid)
        return pull

    def try_auto_merges(self) -> None:
        """Merge what was waiting for this."""
        for pull in list(self.waiting.values()):
            pull.try_auto_merge()

    def pulls_of(self, commit: str) -> list[Pull]:
        """The pull requests that a commit belongs to: merged ones, and open ones that have it."""
        return [
            each
            for each in self.pulls.values()
            if commit == each.merge_oid or commit in each.commits or commit in each.brought
        ]

    def reviews(self) -> list[Review]:
        """All reviews of the repository."""
        return [review for pull in self.pulls.values() for review in pull.reviews]


def who(author: Account | tuple[str, str], at: int) -> Who:
    """How an account, or a name with an address, stands in a commit."""
    if isinstance(author, Account):
        return Who(author.name or author.rest_login, author.email, at)
    return Who(*author, at)
