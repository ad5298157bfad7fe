"""What the forge sends when something happens: the file that a workflow finds its event in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forge.rest import pulls, shapes

if TYPE_CHECKING:
    from forge.accounts import Account
    from forge.pulls import Pull
    from forge.records import Activity, Review
    from forge.repository import Repository
    from forge.rest.shapes import Shape


def _sent(repository: Repository, sender: Account, **members: object) -> bytes:
    shown: Shape = {
        **members,
        "repository": shapes.repository(repository),
        "sender": shapes.user(repository.world, sender),
    }
    return json.dumps(shown).encode()


def pull_request(pull: Pull, action: str = "opened", *, by: Account | None = None) -> bytes:
    """Something was done with a pull request: ``opened``, ``synchronize``, ``labeled``."""
    members = {"action": action, "number": pull.number, "pull_request": pulls.full(pull)}
    return _sent(pull.repository, by or pull.author, **members)


def review(pull: Pull, made: Review, action: str = "submitted") -> bytes:
    """A review was ``submitted``, ``edited`` or ``dismissed``."""
    shown = {"review": pulls.review(pull, made), "pull_request": pulls.simple(pull)}
    return _sent(pull.repository, made.author, action=action, **shown)


def merge_group(pull: Pull, action: str = "checks_requested") -> bytes:
    """The merge queue asks for the checks of the group of a pull request.

    Raises:
        ValueError: The pull request is not in the queue.
    """
    if pull.group is None:
        raise ValueError("not in the merge queue")
    group = {
        "head_sha": pull.group.commit,
        "head_ref": f"refs/heads/{pull.group.branch}",
        "base_sha": pull.group.base,
        "base_ref": f"refs/heads/{pull.base_ref}",
        "head_commit": {"id": pull.group.commit},
    }
    return _sent(pull.repository, pull.group.by, action=action, merge_group=group)


def workflow_run(pull: Pull, action: str = "completed", *, event: str = "pull_request") -> bytes:
    """A workflow of the head of a pull request ran."""
    simple = pulls.simple(pull)
    head = simple["head"]
    assert isinstance(head, dict)
    run = {
        "id": pull.world.serial(),
        "event": event,
        "status": "completed",
        "conclusion": "success",
        "head_branch": pull.head_ref,
        "head_sha": pull.head_oid,
        "head_repository": {**head["repo"], "owner": {"login": pulls.label(pull).split(":")[0]}},
        "pull_requests": [],
    }
    return _sent(pull.repository, pull.author, action=action, workflow_run=run)


def push(repository: Repository, done: Activity) -> bytes:
    """A branch was pushed to."""
    members = {"ref": done.ref, "before": done.before, "after": done.after}
    assert done.actor is not None
    return _sent(repository, done.actor, **members)
