"""Checks and statuses: what ran on a commit, attempt by attempt."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypedDict, Unpack

from forge.accounts import App
from forge.records import Run, Status, Suite

if TYPE_CHECKING:
    from forge.accounts import Account
    from forge.repository import Repository

ACTIONS = App("github-actions", 15368)
GOOD = frozenset({"success", "neutral", "skipped"})


class Running(TypedDict, total=False):
    """What a suite is made with; one whose `event` is None is of an app outside Actions."""

    app: App
    event: str | None
    workflow: str | None


class Checks:
    """What was reported on the commits of one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._world = repository.world
        self._numbers = 0
        self.suites: dict[str, list[Suite]] = defaultdict(list)
        self.statuses: dict[str, list[Status]] = defaultdict(list)

    def suite(self, commit: str, **how: Unpack[Running]) -> Suite:
        """A new suite on a commit, by default one of Actions for a pull request."""
        repository = self._repository
        at = self._world.clock.tick()
        event = how.get("event", "pull_request")
        self._numbers += 1
        pushed = repository.pushes.get(commit)
        branch = pushed.ref.removeprefix("refs/heads/") if pushed else ""
        made = Suite(
            id=self._world.serial(),
            commit=commit,
            app=how.get("app", ACTIONS),
            branch=branch if repository.heads.get(branch) == commit else None,
            created_at=at,
            updated_at=at,
            event=event,
            workflow=how.get("workflow", ".github/workflows/ci.yml") if event else None,
            number=self._numbers,
            pusher=pushed.actor if pushed else None,
            before=pushed.before if pushed else None,
        )
        self.suites[commit].append(made)
        return made

    def run(self, suite: Suite, name: str, conclusion: str | None = "success") -> Run:
        """An attempt of a check; one without a conclusion is still in progress."""
        started = self._world.clock.tick()
        made = Run(
            id=self._world.serial(),
            suite=suite,
            name=name,
            attempt=1 + sum(run.name == name for run in suite.runs),
            started_at=started,
            conclusion=None,
            status="in_progress",
        )
        suite.runs.append(made)
        suite.updated_at = started
        if conclusion:
            self.finish(made, conclusion)
        return made

    def finish(self, run: Run, conclusion: str) -> None:
        """Let a check end."""
        run.status, run.conclusion = "completed", conclusion
        run.completed_at = run.suite.updated_at = self._world.clock.tick()
        self._repository.try_auto_merges()

    def passes(self, commit: str, *names: str, **how: Unpack[Running]) -> Suite:
        """A suite in which all these checks succeed."""
        made = self.suite(commit, **how)
        for name in names:
            self.run(made, name)
        return made

    def status(
        self, by: Account, commit: str, context: str, state: str = "success", *, text: str = ""
    ) -> Status:
        """A status that somebody sets on a commit."""
        made = Status(
            id=self._world.serial(),
            commit=commit,
            context=context,
            state=state,
            description=text,
            creator=by,
            created_at=self._world.clock.tick(),
        )
        self.statuses[commit].append(made)
        self._repository.try_auto_merges()
        return made

    def good(self, commit: str) -> frozenset[str]:
        """The checks and statuses whose last word on a commit lets it pass."""
        runs = {run.name: run.conclusion for run in self.latest(commit)}
        said = {each.context: each.state for each in self.newest(commit)}
        return frozenset(name for name, state in {**runs, **said}.items() if state in GOOD)

    def latest(self, commit: str) -> list[Run]:
        """The newest attempt of each check of each app on a commit."""
        runs = [run for suite in self.suites.get(commit, ()) for run in suite.runs]
        return list({(run.suite.app.id, run.name): run for run in runs}.values())

    def newest(self, commit: str) -> list[Status]:
        """The newest status of each context on a commit."""
        return list({each.context: each for each in self.statuses.get(commit, ())}.values())

    def forget(self, commit: str) -> None:
        """Take away what ran on a commit, as the forge does when it is old."""
        self.suites.pop(commit, None)
