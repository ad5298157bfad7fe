"""The timeline of a pull request as REST shows it: less than GraphQL does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge.accounts import Team
from forge.clock import text
from forge.gql.pulls import item_type
from forge.rest import shapes
from forge.rest.shapes import HTML, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge.pulls import Pull
    from forge.records import Event, Review

# Only repository-wide events have these, or only GraphQL.
HIDDEN = frozenset({"BaseRefChangedEvent", "DeployedEvent"})
NAMES = {
    "RenamedTitleEvent": "renamed",
    "AutoMergeEnabledEvent": "auto_merge_enabled",
    "AutoSquashEnabledEvent": "auto_squash_enabled",
    "AutoRebaseEnabledEvent": "auto_rebase_enabled",
}


def _named(kind: str) -> str:
    return NAMES.get(kind) or item_type(kind).removesuffix("_EVENT").lower()


def _event(pull: Pull, made: Event) -> Shape:
    world, base = pull.world, f"{pull.world.base}/repos/{pull.repository.full_name}"
    commit = made.commit if made.kind == "MergedEvent" else None
    actor = shapes.user(world, made.actor)
    shape: Shape = {
        "id": made.id,
        "node_id": f"EV_{made.id}",
        "url": f"{base}/issues/events/{made.id}",
        "actor": actor,
        "event": _named(made.kind),
        "commit_id": commit,
        "commit_url": f"{base}/commits/{commit}" if commit else None,
        "created_at": made.at,
        "performed_via_github_app": None,
    }
    return {**shape, **_more(pull, made, actor)}


def _more(pull: Pull, made: Event, actor: Shape) -> Shape:
    world = pull.world
    match made.kind:
        case "LabeledEvent" | "UnlabeledEvent":
            return {"label": {"name": made.text, "color": "ededed"}}
        case "RenamedTitleEvent":
            return {"rename": {"from": made.before, "to": made.after}}
        case "AssignedEvent" | "UnassignedEvent":
            return {"assignee": shapes.user(world, made.subject)}
        case "ReviewRequestedEvent" | "ReviewRequestRemovedEvent":
            return {"review_requester": actor, **_asked(pull, made)}
        case "ReviewDismissedEvent":
            return {"dismissed_review": _dismissed(made)}
    return {}


def _asked(pull: Pull, made: Event) -> Shape:
    if isinstance(made.subject, Team):
        return {"requested_team": shapes.team(pull.world, made.subject)}
    return {"requested_reviewer": shapes.user(pull.world, made.subject)}


def _dismissed(made: Event) -> Shape:
    pushed = {"dismissal_commit_id": made.commit} if made.commit else {}
    return {
        "state": (made.was or "").lower(),
        "review_id": made.review.id if made.review else 0,
        "dismissal_message": made.text or None,
        **pushed,
    }


def _committed(pull: Pull, oid: str) -> Shape:
    made = pull.repository.git.get(oid)
    base = f"{pull.world.base}/repos/{pull.repository.full_name}/git"
    html = f"{HTML}/{pull.repository.full_name}/commit"
    people = {"author": made.author, "committer": made.committer}
    return {
        "sha": oid,
        "node_id": f"C_{pull.repository.id}_{oid}",
        "url": f"{base}/commits/{oid}",
        "html_url": f"{html}/{oid}",
        **{
            role: {"name": who.name, "email": who.email, "date": text(who.at)}
            for role, who in people.items()
        },
        "message": made.message,
        "tree": {"sha": made.tree, "url": f"{base}/trees/{made.tree}"},
        "parents": [
            {"sha": each, "url": f"{base}/commits/{each}", "html_url": f"{html}/{each}"}
            for each in made.parents
        ],
        "verification": shapes.verification(pull.world, made),
        "event": "committed",
    }


def lines(pull: Pull, review: Callable[[Pull, Review], Shape]) -> list[Shape]:
    """All lines in the order of time; a commit stands where git says it was committed."""
    git = pull.repository.git
    dated = [(text(git.get(oid).committer.at), _committed(pull, oid)) for oid in pull.commits]
    for made in pull.reviews:
        if made.submitted_at:
            shape = {**review(pull, made), "state": made.state.lower(), "event": "reviewed"}
            user = shapes.user(pull.world, made.author)
            dated.append((made.submitted_at, {**shape, "user": user}))
    dated += [(each.at, _event(pull, each)) for each in pull.events if each.kind not in HIDDEN]
    return [shape for _, shape in sorted(dated, key=lambda pair: pair[0])]
