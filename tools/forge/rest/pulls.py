"""Pull requests as REST shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge import diff
from forge.accounts import Team
from forge.gql.commits import association
from forge.rest import shapes
from forge.rest.call import not_found
from forge.rest.shapes import HTML, Shape
from forge.rest.timeline import lines
from forge.wire import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge.diff import Changed
    from forge.pulls import Pull
    from forge.records import Review
    from forge.rest.call import Call
    from forge.wire import Answer

FIRST_COMMITS = 250
FIRST_FILES = 3000


def _side(pull: Pull, ref: str, sha: str) -> Shape:
    repository = pull.repository
    whose = shapes.repository(repository)
    return {
        "label": f"{repository.owner}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": whose["owner"],
        "repo": whose,
    }


def _auto(pull: Pull) -> Shape | None:
    if pull.auto is None:
        return None
    by, _, method = pull.auto
    return {
        "enabled_by": shapes.user(pull.world, by),
        "merge_method": method,
        "commit_title": pull.title,
        "commit_message": "",
    }


def _links(pull: Pull) -> Shape:
    base = f"{pull.world.base}/repos/{pull.repository.full_name}"
    url, issue = f"{base}/pulls/{pull.number}", f"{base}/issues/{pull.number}"
    html = f"{HTML}/{pull.repository.full_name}/pull/{pull.number}"
    urls = {
        "comments": f"{issue}/comments",
        "commits": f"{url}/commits",
        "statuses": f"{base}/statuses/{pull.head_oid}",
        "html": html,
        "issue": issue,
        "review_comments": f"{url}/comments",
        "review_comment": f"{base}/pulls/comments{{/number}}",
        "self": url,
    }
    flat = {f"{name}_url": address for name, address in urls.items() if name != "self"}
    more = {"url": url, "diff_url": f"{html}.diff", "patch_url": f"{html}.patch"}
    return {**flat, **more, "_links": {name: {"href": each} for name, each in urls.items()}}


def _label(pull: Pull, name: str) -> Shape:
    url = f"{pull.world.base}/repos/{pull.repository.full_name}/labels/{name}"
    return {
        "id": 1,
        "node_id": f"LA_{name}",
        "url": url,
        "name": name,
        "description": "",
        "color": "ededed",
        "default": False,
    }


def simple(pull: Pull) -> Shape:
    """A pull request as it stands in a list."""
    world = pull.world
    people = [each for each in pull.requested if not isinstance(each, Team)]
    teams = [each for each in pull.requested if isinstance(each, Team)]
    return {
        **_links(pull),
        "id": pull.id,
        "node_id": f"PR_{pull.repository.id}_{pull.number}",
        "number": pull.number,
        "state": "open" if pull.open else "closed",
        "locked": False,
        "draft": pull.draft,
        "title": pull.title,
        "user": shapes.user(world, pull.author),
        "body": pull.body or None,
        "labels": [_label(pull, name) for name in pull.labels],
        "milestone": None,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_oid,
        "assignee": shapes.user(world, pull.assignees[0]) if pull.assignees else None,
        "assignees": [shapes.user(world, each) for each in pull.assignees],
        "requested_reviewers": [shapes.user(world, each) for each in people],
        "requested_teams": [shapes.team(world, each) for each in teams],
        "head": _head(pull),
        "base": _side(pull, pull.base_ref, pull.base_oid),
        "author_association": association(pull.repository, pull.author),
        "auto_merge": _auto(pull),
    }


def label(pull: Pull) -> str:
    """The head's branch with whose it is, as ``mia:work``."""
    return f"{(pull.fork or pull.repository.full_name).partition('/')[0]}:{pull.head_ref}"


def _head(pull: Pull) -> Shape:
    side = _side(pull, pull.head_ref, pull.head_oid)
    if pull.fork is None:
        return side
    name = pull.fork.partition("/")[2]
    whose = shapes.repository(pull.repository)
    named = {"name": name, "full_name": pull.fork, "fork": True}
    return {**side, "label": label(pull), "repo": {**whose, **named}}


def full(pull: Pull) -> Shape:
    """A pull request on its own: only there is who merged it, and how large it is."""
    size = pull.size()
    return {
        **simple(pull),
        "merged": pull.merged_at is not None,
        "mergeable": True if pull.open else None,
        "mergeable_state": "clean" if pull.open else "unknown",
        "merged_by": shapes.user(pull.world, pull.merged_by) if pull.merged_by else None,
        "comments": 0,
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(pull.commits),
        "additions": size.additions,
        "deletions": size.deletions,
        "changed_files": size.files,
    }


def review(pull: Pull, made: Review) -> Shape:
    """A review as it stands now."""
    html = f"{HTML}/{pull.repository.full_name}/pull/{pull.number}#pullrequestreview-{made.id}"
    url = f"{pull.world.base}/repos/{pull.repository.full_name}/pulls/{pull.number}"
    submitted = {"submitted_at": made.submitted_at} if made.submitted_at else {}
    return {
        "id": made.id,
        "node_id": f"PRR_{made.id}",
        "user": None if made.author.deleted else shapes.user(pull.world, made.author),
        "body": made.body,
        "state": made.state,
        "html_url": html,
        "pull_request_url": url,
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        **submitted,
        "commit_id": made.commit,
        "author_association": association(pull.repository, made.author),
    }


def _file(pull: Pull, changed: Changed) -> Shape:
    html = f"{HTML}/{pull.repository.full_name}"
    base = f"{pull.world.base}/repos/{pull.repository.full_name}"
    head = pull.head_oid
    return {
        "sha": changed.blob,
        "filename": changed.path,
        "status": changed.status,
        "additions": changed.additions,
        "deletions": changed.deletions,
        "changes": changed.additions + changed.deletions,
        "blob_url": f"{html}/blob/{head}/{changed.path}",
        "raw_url": f"{html}/raw/{head}/{changed.path}",
        "contents_url": f"{base}/contents/{changed.path}?ref={head}",
    }


def _with_pull(call: Call, answer: Callable[[Pull], Answer]) -> Answer:
    known = call.repository.pulls.get(call.number("number"))
    return answer(known) if known else not_found()


def listed(call: Call) -> Answer:
    """The pull requests of a repository."""
    asked = call.query
    state, updated = asked.get("state", "open"), asked.get("sort") == "updated"
    found = [
        each
        for each in call.repository.pulls.values()
        if (state == "all" or (state == "open") == each.open)
        and asked.get("head") in {None, label(each)}
        and asked.get("base") in {None, each.base_ref}
    ]
    found.sort(
        key=lambda each: (each.updated_at if updated else each.created_at, each.number),
        reverse=asked.get("direction", "asc" if "sort" in asked else "desc") == "desc",
    )
    return call.page(found, simple)


def one(call: Call) -> Answer:
    """One pull request."""
    return _with_pull(call, lambda pull: as_json(full(pull)))


def commits(call: Call) -> Answer:
    """Its commits, of which no more than the first 250 are shown."""
    return _with_pull(
        call,
        lambda pull: call.page(
            pull.commits[:FIRST_COMMITS], lambda oid: shapes.commit(pull.repository, oid)
        ),
    )


def files(call: Call) -> Answer:
    """The files it changes, of which no more than the first 3,000 are shown."""
    return _with_pull(
        call,
        lambda pull: call.page(diff.files(pull)[:FIRST_FILES], lambda each: _file(pull, each)),
    )


def reviews(call: Call) -> Answer:
    """Its reviews, in the order of time."""
    return _with_pull(call, lambda pull: call.page(pull.reviews, lambda each: review(pull, each)))


def timeline(call: Call) -> Answer:
    """Its timeline: commits, reviews and most events."""
    return _with_pull(call, lambda pull: call.page(lines(pull, review), lambda each: each))


def of_commit(call: Call) -> Answer:
    """The pull requests that a commit belongs to."""
    oid = call.repository.resolve(call.named["ref"])
    return call.page(call.repository.pulls_of(oid) if oid else [], simple)
