"""The checks of what a forge enforces: its rules, who may pass them by, and what bots may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.setup.doctor.model import Check, State
from affidavit.app.setup.ruleset import CONTEXT
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.controls.cc8.rules import snapshot_layers, weaker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.setup.doctor.forge import Now
    from affidavit.controls.cc8.rules import Layer
    from affidavit.controls.criteria import Criteria

IDS = (
    *("branch-rules", "admins", "gate-required", "gate-app"),
    *("bot-approvals", "workflow-token", "squash-message"),
)
_RULESET = "create the rule that affidavit init --ci github writes: affidavit/ruleset.json"
_BYPASS = "take every bypass out of the rulesets, or include administrators in the protection"
_WORKFLOWS = "settings, Actions, General, Workflow permissions"
_PIN = "name the app that sets the status in the rule (integration_id in affidavit/ruleset.json)"
NO_FORGE = "the policy says that there is no forge"
_LONGEST = 300


def forgeless() -> Iterator[Check]:
    """The checks where the policy says that there is no forge."""
    for id_ in IDS:
        yield Check(id=id_, state=State.UNASKED, found=NO_FORGE, where="no forge")


def unasked(why: str) -> Iterator[Check]:
    """The checks where there are no records of a forge."""
    fix = "give --forge with an export of affidavit collect, or --live with a token"
    for id_ in IDS:
        yield Check(
            id=id_, state=State.UNKNOWN, found=why, where="no records of the forge", fix=fix
        )


def rules(now: Now, criteria: Criteria) -> Iterator[Check]:
    """The checks of a forge's records."""
    yield from _Rules(now, criteria).checks()
    yield from _settings(now)


class _Rules:
    """The rules of the default branch as they are now."""

    def __init__(self, now: Now, criteria: Criteria) -> None:
        self._criteria = criteria
        self._where = f"{now.where}, branch {visible(now.history.branch) or 'unknown'}"
        found = now.rules
        self._layers: Sequence[Layer] = ()
        self._lost = found is None
        if found is not None:
            self._layers = snapshot_layers(found, now.history.versions)
            self._lost = any(one.what in {"protection", "rules"} for one in found.missing)

    def checks(self) -> Iterator[Check]:
        yield self._weaker()
        yield self._admins()
        yield self._required()
        yield self._app()

    def _weaker(self) -> Check:
        lacking = weaker(self._layers, self._criteria)
        if not lacking:
            return self._told("branch-rules", State.OK, "all that was agreed is asked for")
        surely = [name for name, answer in lacking.items() if answer is Answer.NO]
        named = ", ".join(surely or lacking)
        if surely and not self._lost:
            return self._told("branch-rules", State.BAD, f"lacking: {named}", _RULESET)
        return self._told("branch-rules", State.UNKNOWN, f"may be lacking: {named}", _RULESET)

    def _admins(self) -> Check:
        """Whether what asks for approvals or checks binds everybody."""
        id_ = "admins"
        asking = [one for one in self._layers if one.approvals is not None or one.checks]
        if not asking:
            state = State.UNKNOWN if self._lost else State.BAD
            return self._told(id_, state, "no rule asks for a review or a check", _RULESET)
        if any(one.binding is Answer.YES for one in asking):
            # What one rule binds everybody to, another cannot loosen.
            open_ = [one.name for one in asking if one.binding is not Answer.YES]
            rest = f"; {', '.join(open_)} may be passed by" if open_ else ""
            state = State.WARN if open_ else State.OK
            return self._told(id_, state, f"a rule binds everybody{rest}", _BYPASS if open_ else "")
        if any(one.binding is Answer.UNKNOWN for one in asking) or self._lost:
            return self._told(id_, State.UNKNOWN, "who may pass the rules by is not told", _BYPASS)
        named = ", ".join(one.name for one in asking)
        return self._told(id_, State.BAD, f"some may pass them by: {named}", _BYPASS)

    def _required(self) -> Check:
        id_ = "gate-required"
        having = [one for one in self._layers if CONTEXT in {each.name for each in one.checks}]
        if having:
            named = ", ".join(one.name for one in having)
            return self._told(id_, State.OK, f"{CONTEXT} is required by {named}")
        state = State.UNKNOWN if self._lost else State.BAD
        return self._told(id_, state, f"{CONTEXT} is not required: the gate only advises", _RULESET)

    def _app(self) -> Check:
        id_ = "gate-app"
        apps = {each.app for one in self._layers for each in one.checks if each.name == CONTEXT}
        if not apps:
            state = State.UNKNOWN if self._lost else State.BAD
            return self._told(id_, state, f"{CONTEXT} is not required of any app", _RULESET)
        if apps == {None}:
            found = f"anybody who can set a status can set {CONTEXT}"
            return self._told(id_, State.BAD, found, _PIN)
        named = ", ".join(str(one) for one in sorted(one for one in apps if one is not None))
        return self._told(id_, State.OK, f"only the app {named} can set {CONTEXT}")

    def _told(self, id_: str, state: State, found: str, fix: str = "") -> Check:
        shown = visible(shortened(found, _LONGEST))
        return Check(id=id_, state=state, found=shown, where=self._where, fix=fix)


def _settings(now: Now) -> Iterator[Check]:
    """The checks of the repository's settings."""
    told = now.repository.settings.get("workflow_permissions")
    table = told if isinstance(told, dict) else {}
    may = table.get("can_approve_pull_request_reviews")
    words = ("Actions may approve requests", "Actions may not approve requests")
    yield _flag("bot-approvals", now, may, words)
    default = table.get("default_workflow_permissions")
    writes = None if default not in {"read", "write"} else default == "write"
    words = ("workflows may write unless they say otherwise", "workflows may only read by default")
    yield _flag("workflow-token", now, writes, words)
    yield _squash(now)


def _flag(id_: str, now: Now, bad: object, words: tuple[str, str]) -> Check:
    """A check of a switch that has to be off; None is not told."""
    if not isinstance(bad, bool):
        found = "the forge does not tell: the token needs administration=read"
        return Check(id=id_, state=State.UNKNOWN, found=found, where=now.where, fix=_WORKFLOWS)
    if bad:
        fix = f"switch it off: {_WORKFLOWS}"
        return Check(id=id_, state=State.BAD, found=words[0], where=now.where, fix=fix)
    return Check(id=id_, state=State.OK, found=words[1], where=now.where)


def _squash(now: Now) -> Check:
    """Whether a squash keeps the trailers of what it squashes."""
    id_, settings = "squash-message", now.repository.settings
    fix = (
        "gh api --method PATCH 'repos/{owner}/{repo}' --field squash_merge_commit_title=PR_TITLE"
        " --field squash_merge_commit_message=COMMIT_MESSAGES"
    )
    if settings.get("allow_squash_merge") is False:
        return Check(id=id_, state=State.OK, found="no squash is allowed", where=now.where)
    message = settings.get("squash_merge_commit_message")
    if message == "COMMIT_MESSAGES":
        found = "a squash keeps the messages of its commits"
        return Check(id=id_, state=State.OK, found=found, where=now.where)
    if isinstance(message, str):
        found = f"a squash takes {visible(shortened(message, 40))}: trailers of commits are lost"
        return Check(id=id_, state=State.BAD, found=found, where=now.where, fix=fix)
    found = "what becomes of messages in a squash is not told"
    return Check(id=id_, state=State.UNKNOWN, found=found, where=now.where, fix=fix)
