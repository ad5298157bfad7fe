"""What a repository has beside its commits: settings, rules, deployments, releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from forge.records import Deployment, DeploymentStatus, Release, Ruleset, Version
from forge.rules import Needs, Protection, Rule, applies, needs, rules_of, ruleset_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forge.accounts import Account
    from forge.world import World


class Deploying(TypedDict, total=False):
    """What a deployment is made with."""

    ref: str
    task: str
    production: bool
    state: str | None


class Hosting:
    """The part of a repository that git knows nothing of."""

    default_branch = "main"

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.owner, _, self.name = name.partition("/")
        self.id = world.serial()
        self.created_at = self.pushed_at = world.clock.text()
        self.private = True
        self.actions_may_approve = False
        self.deployments: list[Deployment] = []
        self.releases: list[Release] = []
        self.tags: dict[str, str] = {}
        self.protections: dict[str, Protection] = {}
        self.rulesets: dict[int, Ruleset] = {}
        self.environments: dict[str, tuple[Account, ...]] = {}
        self._numbers = 0

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    def number(self) -> int:
        """The number of the next pull request."""
        self._numbers += 1
        return self._numbers

    # Rules.

    def protect(self, branch: str, protection: Protection | None) -> None:
        """Let a branch have this classic protection from now on, or none; what was is forgotten."""
        self.protections.pop(branch, None)
        if protection:
            self.protections[branch] = protection

    def ruleset(
        self,
        by: Account,
        name: str,
        rules: Sequence[Rule],
        *,
        enforcement: str = "active",
        branches: Sequence[str] = (),
    ) -> Ruleset:
        """A new ruleset with its first version."""
        at = self.world.clock.text()
        made = Ruleset(id=self.world.serial(), created_at=at)
        self.rulesets[made.id] = made
        state = ruleset_state(name, rules, enforcement=enforcement, branches=branches)
        self.change_ruleset(by, made, **state)
        return made

    def change_ruleset(self, by: Account, ruleset: Ruleset, **changes: object) -> None:
        """Make a new version: `changes` are members of the state, such as ``enforcement``."""
        before = ruleset.versions[-1].state if ruleset.versions else {}
        at = self.world.clock.tick()
        state = {**before, **changes}
        ruleset.versions.append(Version(id=self.world.serial(), at=at, actor=by, state=state))

    def delete_ruleset(self, ruleset: Ruleset) -> None:
        """Take a ruleset away, and with it all that was known of it."""
        del self.rulesets[ruleset.id]

    def binding(self, branch: str) -> list[Ruleset]:
        """The rulesets that bind a branch now."""
        return [
            each
            for each in self.rulesets.values()
            if applies(each.state, branch, default=self.default_branch)
        ]

    def needs(self, branch: str) -> Needs:
        """What a merge into a branch needs now."""
        rules = [rule for each in self.binding(branch) for rule in rules_of(each)]
        return needs(self.protections.get(branch), rules)

    # Deployments and releases.

    def deploy(
        self, by: Account, commit: str, environment: str, **how: Unpack[Deploying]
    ) -> Deployment:
        """A deployment of a commit: a success unless `state` says else; None is no state yet."""
        made = Deployment(
            id=self.world.serial(),
            commit=commit,
            ref=how.get("ref", self.default_branch),
            task=how.get("task", "deploy"),
            environment=environment,
            production=how.get("production", environment == "production"),
            creator=by,
            created_at=self.world.clock.tick(),
        )
        self.environments.setdefault(environment, ())
        self.deployments.append(made)
        self.shown(made)
        state = how.get("state", "success")
        if state:
            self.deployed(made, state, by=by)
        return made

    def deployed(self, deployment: Deployment, state: str, *, by: Account) -> DeploymentStatus:
        """The next step of a deployment."""
        at = self.world.clock.tick()
        made = DeploymentStatus(id=self.world.serial(), state=state, creator=by, created_at=at)
        deployment.statuses.append(made)
        return made

    def release(
        self, by: Account, tag: str, at: str, *, name: str = "", draft: bool = False
    ) -> Release:
        """A release of the commit `at`; a draft has no tag yet."""
        now = self.world.clock.tick()
        if not draft:
            self.tags[tag] = at
            self.named(f"refs/tags/{tag}", at)
        made = Release(
            id=self.world.serial(),
            tag=tag,
            target=self.default_branch,
            name=name or tag,
            draft=draft,
            author=by,
            created_at=now,
            published_at=None if draft else now,
        )
        self.releases.append(made)
        return made

    def shown(self, deployment: Deployment) -> None:
        """Note a deployment where it is to be seen."""
        raise NotImplementedError

    def named(self, ref: str, oid: str) -> None:
        """Let a ref of git name a commit."""
        raise NotImplementedError
