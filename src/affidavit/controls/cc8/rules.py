"""What the rules of a branch demanded, as far as it is known at a time.

Classic protection is known at the moments it was asked for, and of no other. Of a ruleset the forge
also tells the versions: one is in force from its time to that of the next. The words are GitHub's
(REST API, "branch protection" and "rules"); what is not understood demands nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.critical import CriticalPaths
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.model import BranchRules, Push, Ruleset
from affidavit.changes.record.material import Kept
from affidavit.changes.record.value import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.controls.criteria import Criteria

_HEADS = "refs/heads/"
_ODD = frozenset("[]{}\\")
"""Characters of patterns that are not understood here."""


class Required(msgspec.Struct, frozen=True, order=True):
    """A check that has to succeed; `app` is the number of who has to report it, None anybody."""

    name: str
    app: int | None = None


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """What one set of rules demands. `binding` is whether nobody may pass it by.

    `sure` is whether it is known to be about the branch.
    """

    name: str
    binding: Answer
    sure: bool = True
    approvals: int | None = None
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push: bool = False
    no_force: bool = False
    checks: frozenset[Required] = frozenset()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A ruleset's version, in force in ``[start, end)``; times are RFC 3339 UTC."""

    id: int
    start: str
    end: str
    layer: Layer | None
    source: Source


class History(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the forge's records hold of the rules and pushes of one branch, by time.

    `rules_absent` and `activity_absent` say why those sections are not whole. `default` is whether
    it is known to be the default branch of the repository, and `moved` whether another was at a
    time.
    """

    branch: str
    default: bool | None
    snapshots: tuple[Kept[BranchRules], ...]
    rulesets: tuple[Kept[Ruleset], ...]
    pushes: tuple[Kept[Push], ...]
    rules_absent: str | None
    activity_absent: str | None
    moved: bool = False

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The versions of rulesets; their `layer` is None where one is not of the branch."""
        found: dict[int, list[Kept[Ruleset]]] = {}
        until: dict[int, str] = {}
        for kept in self.rulesets:
            one = kept.data
            if one.version is None:
                until[one.id] = max(until.get(one.id, ""), one.at)
            elif not any(each.what == "state" for each in one.missing):
                found.setdefault(one.id, []).append(kept)
        return tuple(
            version
            for id_, several in sorted(found.items())
            for version in _versions(self, several, until.get(id_, ""))
        )

    @cached_property
    def stood(self) -> Mapping[str | None, int]:
        """Of each commit that the branch was pushed to, the first of `pushes` that did so."""
        return {one.data.after: at for at, one in reversed([*enumerate(self.pushes)])}

    @cached_property
    def by_day(self) -> dict[str, tuple[Kept[BranchRules], ...]]:
        """The snapshots by their UTC day."""
        found: dict[str, tuple[Kept[BranchRules], ...]] = {}
        for one in self.snapshots:
            found[one.data.at[:10]] = (*found.get(one.data.at[:10], ()), one)
        return found


def _versions(branch: History, several: list[Kept[Ruleset]], until: str) -> Iterator[Version]:
    several.sort(key=lambda one: (one.data.at, one.data.version or 0))
    ends = [*(one.data.at for one in several[1:]), until]
    for kept, end in zip(several, ends, strict=True):
        one = kept.data
        if one.at < end:
            yield Version(
                id=one.id,
                start=one.at,
                end=end,
                layer=_of_ruleset(one, branch),
                source=kept.source,
            )


def _of_ruleset(found: Ruleset, branch: History) -> Layer | None:
    state = found.state
    applies = _applies(found, branch)
    if state.get("enforcement") != "active" or applies is Answer.NO:
        return None
    actors = state.get("bypass_actors")
    hidden = any(one.what == "bypass_actors" for one in found.missing) or actors is None
    binding = Answer.UNKNOWN if hidden else (Answer.NO if actors else Answer.YES)
    layer = _of_rules(_dicts(state.get("rules")), f"ruleset {found.id}", binding)
    return msgspec.structs.replace(layer, sure=applies is Answer.YES)


def _applies(found: Ruleset, branch: History) -> Answer:
    """Whether a ruleset is about the branch.

    Unknown where it has conditions on repositories, or patterns that are not understood, or where
    nobody says which branch is the default; a snapshot that shows it on the branch tells then.
    """
    if found.state.get("target", "branch") != "branch":
        return Answer.NO
    conditions = _dict(found.state.get("conditions"))
    named = _dict(conditions.get("ref_name"))
    included = _matches(_texts(named.get("include")), branch)
    excluded = _matches(_texts(named.get("exclude")), branch)
    if included is Answer.NO or excluded is Answer.YES:
        return Answer.NO
    if included is Answer.YES and excluded is Answer.NO and conditions.keys() <= {"ref_name"}:
        return Answer.YES
    if branch.moved:
        return Answer.UNKNOWN
    shown = {rule.get("ruleset_id") for one in branch.snapshots for rule in one.data.rules}
    return Answer.YES if found.id in shown else Answer.UNKNOWN


def _matches(patterns: Sequence[str], branch: History) -> Answer:
    plain = [one for one in patterns if not one.startswith("~") and not _ODD.intersection(one)]
    own = f"{_HEADS}{branch.branch}"
    if "~ALL" in patterns or CriticalPaths(plain).touched((own,)):
        return Answer.YES
    if "~DEFAULT_BRANCH" in patterns and branch.default:
        return Answer.YES
    odd = any(_ODD.intersection(one) for one in patterns)
    unsure = odd or ("~DEFAULT_BRANCH" in patterns and branch.default is None)
    return Answer.UNKNOWN if unsure else Answer.NO


def snapshot_layers(found: BranchRules, known: Sequence[Version]) -> tuple[Layer, ...]:
    """What a snapshot shows: classic protection, and each ruleset that applied then."""
    by_id: dict[int, list[dict[str, object]]] = {}
    for rule in found.rules:
        id_ = rule.get("ruleset_id")
        by_id.setdefault(id_ if isinstance(id_, int) else -1, []).append(rule)
    layers = [
        _of_rules(rules, f"ruleset {id_}", _binding(id_, found.at, known))
        for id_, rules in sorted(by_id.items())
    ]
    return (*_classic(found), *layers)


def undated_layers(found: Iterable[BranchRules], known: Sequence[Version]) -> tuple[Layer, ...]:
    """The rulesets of snapshots of which `known` has no version: only snapshots tell of them."""
    dated = {f"ruleset {one.id}" for one in known}
    return tuple(
        layer
        for one in found
        for layer in snapshot_layers(one, known)
        if layer.name.startswith("ruleset") and layer.name not in dated
    )


def classic_layers(found: Iterable[BranchRules]) -> tuple[Layer, ...]:
    """The classic protection of snapshots."""
    return tuple(layer for one in found for layer in _classic(one))


def _binding(id_: int, at: str, known: Sequence[Version]) -> Answer:
    """Whether nobody may pass a ruleset by, as its version of that time tells."""
    layers = (one.layer for one in known if one.id == id_ and one.start <= at <= one.end)
    return next((one.binding for one in layers if one is not None), Answer.UNKNOWN)


def _classic(found: BranchRules) -> Iterator[Layer]:
    if found.protection is None:
        return
    reviews = _dict(found.protection.get("required_pull_request_reviews"))
    count = reviews.get("required_approving_review_count")
    allowed = _dict(reviews.get("bypass_pull_request_allowances"))
    open_to = any(allowed.get(one) for one in ("users", "teams", "apps"))
    admins = _enabled(found.protection, "enforce_admins")
    yield Layer(
        name="classic protection",
        binding=Answer.YES if admins and not open_to else Answer.NO,
        approvals=(count if isinstance(count, int) else 0) if reviews else None,
        dismiss_stale=reviews.get("dismiss_stale_reviews") is True,
        code_owners=reviews.get("require_code_owner_reviews") is True,
        last_push=reviews.get("require_last_push_approval") is True,
        no_force=not _enabled(found.protection, "allow_force_pushes"),
        checks=frozenset(_classic_checks(_dict(found.protection.get("required_status_checks")))),
    )


def _enabled(protection: Mapping[str, object], name: str) -> bool:
    return _dict(protection.get(name)).get("enabled") is True


def _classic_checks(found: Mapping[str, object]) -> Iterator[Required]:
    checks = _dicts(found.get("checks"))
    for one in checks:
        yield from _required(one.get("context"), one.get("app_id"))
    if not checks:
        for name in _texts(found.get("contexts")):
            yield Required(name)


def _required(name: object, app: object) -> Iterator[Required]:
    if isinstance(name, str):
        yield Required(name, app if isinstance(app, int) and app > 0 else None)


def _of_rules(rules: Sequence[Mapping[str, object]], name: str, binding: Answer) -> Layer:
    kinds = {str(one.get("type")): _dict(one.get("parameters")) for one in rules}
    asked = kinds.get("pull_request", {})
    count = asked.get("required_approving_review_count", 0)
    return Layer(
        name=name,
        binding=binding,
        approvals=count if "pull_request" in kinds and isinstance(count, int) else None,
        dismiss_stale=asked.get("dismiss_stale_reviews_on_push") is True,
        code_owners=asked.get("require_code_owner_review") is True,
        last_push=asked.get("require_last_push_approval") is True,
        no_force="non_fast_forward" in kinds,
        checks=frozenset(
            each
            for rule in rules
            if rule.get("type") == "required_status_checks"
            for one in _dicts(_dict(rule.get("parameters")).get("required_status_checks"))
            for each in _required(one.get("context"), one.get("integration_id"))
        ),
    )


def weaker(layers: Sequence[Layer], criteria: Criteria) -> dict[str, Answer]:
    """What the baseline asks for and `layers` do not surely demand: no, or unknown."""
    gate = criteria.gate
    asked = {
        f"{gate.approvals} approvals": [
            one for one in layers if one.approvals is not None and one.approvals >= gate.approvals
        ]
    }
    if gate.dismiss_stale:
        asked["stale approvals dismissed"] = [one for one in layers if one.dismiss_stale]
    if gate.code_owners:
        asked["approval of code owners"] = [one for one in layers if one.code_owners]
    if gate.last_push:
        asked["approval of the last push"] = [one for one in layers if one.last_push]
    if not gate.force_pushes:
        asked["no force pushes"] = [one for one in layers if one.no_force]
    for name in criteria.gate_checks:
        having = [one for one in layers if name in {each.name for each in one.checks}]
        asked[f"check {name}"] = having
    answers = {what: _demanded(having, admins=gate.admins) for what, having in asked.items()}
    return {what: answer for what, answer in answers.items() if answer is not Answer.YES}


def _demanded(having: Sequence[Layer], *, admins: bool) -> Answer:
    """Whether any of the layers that demand something does so, and if asked of everybody."""
    found = {_binds(one) if admins else Answer.YES if one.sure else Answer.UNKNOWN
             for one in having}  # fmt: skip
    return next((one for one in (Answer.YES, Answer.UNKNOWN) if one in found), Answer.NO)


def _binds(one: Layer) -> Answer:
    return Answer.UNKNOWN if one.binding is Answer.YES and not one.sure else one.binding


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, object]]:
    return (
        [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []
    )


def _texts(value: object) -> list[str]:
    found = value if isinstance(value, list | tuple) else ()
    return [one for one in found if isinstance(one, str)]
