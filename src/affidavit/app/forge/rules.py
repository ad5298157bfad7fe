"""What of a forge's record may stand in a ledger in clear, and whose all else is.

Every field of every record has a rule. What has none, or is not of the form that its rule lets
through, is sealed under the repository.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, get_args

import msgspec

from affidavit.changes.forge import model

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rule(Enum):
    """A text that may stay if it has a form; or whose it is; or what else it is."""

    COMMIT = auto()
    TIME = auto()
    WORD = auto()
    """A word of the forge's own, such as a state."""
    REPOSITORY = auto()
    WRITER = auto()
    """Whoever wrote what it stands in: see `Spec.writer`."""
    BRANCH = auto()
    """The writer's, unless it is a branch that requests are made for: the repository's."""
    EVENT = auto()
    """The repository's where it names a label, a branch or an environment, else the actor's."""
    AUTHOR = auto()
    """The author of a commit, as typed."""
    COMMITTER = auto()
    LOGIN = auto()
    """The login of an account."""
    ACCOUNT = auto()
    FOREIGN = auto()
    """JSON as the forge gave it."""


class Spec(NamedTuple):
    """The rules of one type; `writer` is the field with the account that wrote its texts."""

    fields: Mapping[str, Rule | Spec]
    optional: frozenset[str]
    """Fields that may be null: unknown."""
    writer: str | None = None


def _spec(of: type[msgspec.Struct], writer: str | None = None, **fields: Rule | Spec) -> Spec:
    every = msgspec.structs.fields(of)
    optional = frozenset(one.name for one in every if type(None) in get_args(one.type))
    return Spec(fields, optional, writer)


_C, _T, _W, _R = Rule.COMMIT, Rule.TIME, Rule.WORD, Rule.REPOSITORY
_BY, _A, _F = Rule.WRITER, Rule.ACCOUNT, Rule.FOREIGN
_MISSING = _spec(model.Missing, what=_W, reason=_W, needs=_R)
_SIGNED = _spec(model.Signed, state=_W, signer=Rule.LOGIN)
_COMMIT = _spec(
    model.PullCommit,
    oid=_C,
    tree=_C,
    message=Rule.AUTHOR,
    author_name=Rule.AUTHOR,
    author_email=Rule.AUTHOR,
    author=_A,
    committer_name=Rule.COMMITTER,
    committer_email=Rule.COMMITTER,
    committer=_A,
    authored_at=_T,
    committed_at=_T,
    signed=_SIGNED,
)
_ITEM = _spec(model.ChecklistItem, text=_BY)
_REVIEW = _spec(
    model.Review,
    "author",
    state=_W,
    author=_A,
    submitted_at=_T,
    edited_at=_T,
    commit=_C,
    association=_W,
    body_digest=_BY,
    checklist=_ITEM,
)
_EVENT = _spec(
    model.Event,
    "actor",
    kind=_W,
    at=_T,
    actor=_A,
    before=_C,
    after=_C,
    commit=_C,
    was=_W,
    subject=_A,
    text=Rule.EVENT,
)
_MERGE = _spec(model.MergeCommit, oid=_C, tree=_C, parents=_C, committed_at=_T, signed=_SIGNED)
_AUTO = _spec(model.AutoMerge, enabled_by=_A, enabled_at=_T, method=_W)
_RUN = _spec(
    model.CheckRun,
    name=_R,
    app=_R,
    status=_W,
    conclusion=_W,
    started_at=_T,
    completed_at=_T,
    event=_W,
    workflow=_R,
)
_STATUS = _spec(model.Status, context=_R, state=_W, created_at=_T, creator=_A)
_STEP = _spec(model.DeploymentStatus, state=_W, at=_T, creator=_A)

RECORDS: Mapping[str, tuple[type[msgspec.Struct], Spec]] = {
    "pull_request": (
        model.PullRequest,
        _spec(
            model.PullRequest,
            "author",
            url=_R,
            title=_BY,
            body=_BY,
            state=_W,
            created_at=_T,
            updated_at=_T,
            closed_at=_T,
            merged_at=_T,
            base_ref=_R,
            base_oid=_C,
            head_ref=Rule.BRANCH,
            head_oid=_C,
            head_repository=_BY,
            author=_A,
            merged_by=_A,
            merge_commit=_MERGE,
            auto_merge=_AUTO,
            labels=_R,
            commits=_COMMIT,
            reviews=_REVIEW,
            events=_EVENT,
            missing=_MISSING,
        ),
    ),
    "checks": (
        model.Checks,
        _spec(model.Checks, commit=_C, runs=_RUN, statuses=_STATUS, missing=_MISSING),
    ),
    "deployment": (
        model.Deployment,
        _spec(
            model.Deployment,
            "creator",
            commit=_C,
            ref=Rule.BRANCH,
            task=_R,
            environment=_R,
            creator=_A,
            created_at=_T,
            statuses=_STEP,
            missing=_MISSING,
        ),
    ),
    "branch_rules": (
        model.BranchRules,
        _spec(model.BranchRules, branch=_R, at=_T, protection=_F, rules=_F, missing=_MISSING),
    ),
    "ruleset": (
        model.Ruleset,
        _spec(model.Ruleset, at=_T, actor=_A, state=_F, missing=_MISSING),
    ),
    "permission": (
        model.Permission,
        _spec(
            model.Permission, "account", account=_A, at=_T, permission=_W, role=_R, missing=_MISSING
        ),
    ),
    "release": (
        model.Release,
        _spec(
            model.Release,
            "author",
            tag=_R,
            target=_R,
            name=_BY,
            created_at=_T,
            published_at=_T,
            author=_A,
            gone_at=_T,
        ),
    ),
    "push": (
        model.Push,
        _spec(model.Push, "actor", ref=Rule.BRANCH, before=_C, after=_C, at=_T, kind=_W, actor=_A),
    ),
    "repository": (
        model.Repository,
        _spec(model.Repository, name=_R, at=_T, default_branch=_R, settings=_F, missing=_MISSING),
    ),
    "unavailable": (
        model.Unavailable,
        _spec(model.Unavailable, what=_W, reason=_W, needs=_R, at=_T),
    ),
}
"""Each sort of record."""
NESTED: Mapping[type[msgspec.Struct], Spec] = {
    model.Missing: _MISSING,
    model.Signed: _SIGNED,
    model.PullCommit: _COMMIT,
    model.ChecklistItem: _ITEM,
    model.Review: _REVIEW,
    model.Event: _EVENT,
    model.MergeCommit: _MERGE,
    model.AutoMerge: _AUTO,
    model.CheckRun: _RUN,
    model.Status: _STATUS,
    model.DeploymentStatus: _STEP,
}
"""What stands inside records."""
