"""What people and programs do over REST: open, review, merge, assign, make rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from forge import merging
from forge.rest import pulls, rules, shapes
from forge.rest.call import not_found
from forge.wire import as_json, trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from forge.accounts import Account
    from forge.pulls import Pull
    from forge.rest.call import Call
    from forge.server import Forge
    from forge.wire import Answer, Request

Asked = dict[str, object]

STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def asked(request: Request) -> Asked:
    """The members of a request's body; none where it is no object of JSON."""
    try:
        given: object = json.loads(request.body)
    except ValueError:
        return {}
    return cast("Asked", given) if isinstance(given, dict) else {}


def _invalid(why: str) -> Answer:
    return trouble(422, f"Validation Failed: {why}")


def _with_pull(call: Call, act: Callable[[Pull, Asked], Answer]) -> Answer:
    known = call.repository.pulls.get(call.number("number"))
    return act(known, asked(call.request)) if known else not_found()


def new_repository(forge: Forge, owner: str, request: Request, by: Account) -> Answer:
    """A new repository with one first commit; people of the firm may write to it."""
    name = str(asked(request).get("name", ""))
    if not name.replace("-", "").isalnum() or f"{owner}/{name}".lower() in forge.repositories:
        return _invalid("name")
    made = forge.repository(f"{owner}/{name}")
    made.roles.update({each: "write" for each in forge.accounts.values() if not each.deleted})
    made.roles[by] = "admin"
    return as_json(shapes.repository(made), 201)


def new_pull(call: Call) -> Answer:
    """A pull request of a branch that was pushed."""
    given, one = asked(call.request), call.repository
    head, base = str(given.get("head", "")), str(given.get("base", ""))
    oid = one.heads.get(head)
    if oid is None or base not in one.heads:
        return _invalid("head" if oid is None else "base")
    if oid in one.reach(base):
        return _invalid(f"No commits between {base} and {head}")
    title, body = str(given.get("title", "")), str(given.get("body") or "")
    made = one.open(call.by, title, {}, branch=head, base=base, body=body, head=oid)
    return as_json(pulls.full(made), 201)


def new_review(call: Call) -> Answer:
    """A review of a pull request by whoever asks."""

    def act(pull: Pull, given: Asked) -> Answer:
        state = STATES.get(str(given.get("event", "")))
        if state is None:
            return _invalid("event")
        commit, body = str(given.get("commit_id") or pull.head_oid), str(given.get("body") or "")
        try:
            made = pull.review(call.by, state, commit=commit, body=body)
        except ValueError as error:
            return _invalid(str(error))
        return as_json(pulls.review(pull, made))

    return _with_pull(call, act)


def dismiss(call: Call) -> Answer:
    """Take a review back."""

    def act(pull: Pull, given: Asked) -> Answer:
        found = next((each for each in pull.reviews if each.id == call.number("review")), None)
        if found is None:
            return not_found()
        pull.dismiss(found, call.by, str(given.get("message", "")))
        return as_json(pulls.review(pull, found))

    return _with_pull(call, act)


def assign(call: Call) -> Answer:
    """Assign accounts to a pull request."""

    def act(pull: Pull, given: Asked) -> Answer:
        for login in cast("list[str]", given.get("assignees", [])):
            if login in call.forge.accounts:
                pull.assign(call.by, call.forge.accounts[login])
        return as_json(pulls.simple(pull), 201)

    return _with_pull(call, act)


def label(call: Call) -> Answer:
    """Put labels on a pull request."""

    def act(pull: Pull, given: Asked) -> Answer:
        for name in cast("list[str]", given.get("labels", [])):
            pull.label(call.by, name)
        return as_json([{"name": name} for name in pull.labels])

    return _with_pull(call, act)


def merge(call: Call) -> Answer:
    """Merge a pull request where the rules of its base branch let it be merged."""

    def act(pull: Pull, given: Asked) -> Answer:
        if not pull.open:
            return trouble(405, "Pull Request is not mergeable")
        if given.get("sha", pull.head_oid) != pull.head_oid:
            return trouble(409, "Head branch was modified. Review and try the merge again.")
        if not merging.may_merge(pull):
            return trouble(405, merging.hindrance(pull))
        oid = pull.merge(call.by, str(given.get("merge_method", "merge")))
        said = {"sha": oid, "merged": True, "message": "Pull Request successfully merged"}
        return as_json(said)

    return _with_pull(call, act)


def new_ruleset(call: Call) -> Answer:
    """A new ruleset for branches."""
    given = asked(call.request)
    state = {"bypass_actors": [], "rules": [], "target": "branch", **given}
    if not {"name", "enforcement", "conditions"} <= state.keys():
        return _invalid("name, enforcement, conditions")
    made = call.repository.ruleset(call.by, str(state["name"]), [])
    made.versions.clear()
    call.repository.change_ruleset(call.by, made, **state)
    return as_json(rules.shown(call, made), 201)
