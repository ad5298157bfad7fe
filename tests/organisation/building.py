"""Makes commits, and what else the parts of a change are made with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truth import Change, Commit, Organisation, Push, Run

if TYPE_CHECKING:
    import random

    from truth import Account, Hand, Person, Request, Service

MINUTE = 60


@dataclass(eq=False, repr=False)
class Draft:
    """A change on its way: its request, who is among its authors, and the time it has.

    `agent` wrote it where one did. `authors` are persons who may not approve.
    """

    change: Change
    request: Request
    base: Commit
    span: int
    agent: Service | None
    authors: list[Person] = field(default_factory=list)

    def time(self, share: float) -> int:
        """The time at which that share of the change's span is left before it lands."""
        return int(self.change.at - self.span * share)

    @property
    def ai(self) -> bool:
        return any(one.signal for one in self.request.commits)


class Builder:
    """Adds to an organisation."""

    def __init__(self, org: Organisation, dice: random.Random, clock: int) -> None:
        self.org = org
        self.dice = dice
        self.clock = clock
        self.main: list[Commit] = []
        self._numbers = 100_000
        self._requests = 0

    def number(self) -> int:
        """A number that the forge gave to nothing else."""
        self._numbers += 1
        return self._numbers

    def request_number(self) -> int:
        self._requests += 1
        return self._requests

    def begin(self) -> None:
        """The first commit of the branch."""
        founder = self.org.people[0].hand
        root = self.commit(
            (), founder, self.clock, "Begin", writes={"README": "shop\n"}, own={}, base=None
        )
        self.main.append(root)
        self.org.changes.append(
            Change(
                plan="",
                method="direct",
                kind="person",
                critical=False,
                at=self.clock,
                request=None,
                landings=[root],
                inside=False,
            )
        )

    def commit(
        self,
        parents: tuple[Commit, ...],
        author: Hand,
        at: int,
        message: str,
        *,
        writes: dict[str, str],
        own: dict[str, str],
        base: Commit | None,
        committer: Hand | None = None,
    ) -> Commit:
        """A new commit of `own` on top of the landing `base`."""
        tree = base.tree if base else 0
        for path, text in own.items():
            tree ^= _hash(path, text)
        made = Commit(
            mark=len(self.org.commits) + 1,
            parents=parents,
            author=author,
            committer=committer or author,
            at=at,
            message=message,
            writes=writes,
            own=own,
            base=base,
            tree=tree,
        )
        self.org.commits.append(made)
        return made

    def landing_before(self, at: int) -> Commit:
        """The newest landing that was there at a time."""
        return next((one for one in reversed(self.main) if one.at <= at), self.main[0])

    def between(self, base: Commit, tip: Commit) -> dict[str, str]:
        """What landed after `base` up to `tip`."""
        found: dict[str, str] = {}
        for one in self.main[self.main.index(base) + 1 : self.main.index(tip) + 1]:
            found.update(one.writes)
        return found

    def outsiders(self, made: Draft) -> list[Person]:
        """Persons who are not among the authors, in an order of chance."""
        found = [one for one in self.org.people if one not in made.authors]
        self.dice.shuffle(found)
        return found

    def run(
        self,
        commit: Commit,
        name: str,
        completed: int | None,
        *,
        conclusion: str | None = "success",
        app: int | None = None,
    ) -> Run:
        """Let a check run on a commit."""
        apps = dict(self.org.criteria.gate.checks)
        by = app if app is not None else (apps.get(name) or 15368)
        made = Run(self.number(), name, by, conclusion, completed)
        self.org.runs.setdefault(commit.mark, []).append(made)
        return made

    def checks(self) -> list[str]:
        """Every check that anybody asks for."""
        asked = self.org.criteria
        names = (*asked.checks[0], *asked.checks[1], *(name for name, _ in asked.gate.checks))
        return list(dict.fromkeys(names))

    def push(
        self, ref: str, before: Commit | None, after: Commit | None, at: int, kind: str, *,
        actor: Account,
    ) -> Push:  # fmt: skip
        made = Push(self.number(), ref, before, after, at, kind, actor)
        self.org.pushes.append(made)
        return made


def _hash(path: str, text: str) -> int:
    digest = hashlib.sha256(f"{path}\0{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
