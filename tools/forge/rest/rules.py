"""Branches and their rules as REST shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge.clock import seconds
from forge.rest import shapes
from forge.rest.call import not_found
from forge.rest.shapes import HTML, Shape
from forge.rules import rules_of
from forge.wire import as_json, trouble

if TYPE_CHECKING:
    from forge.records import Ruleset, Version
    from forge.rest.call import Call
    from forge.rules import Protection
    from forge.wire import Answer

HISTORY_DAYS = 180


def _reviews(rule: Protection, url: str) -> Shape:
    return {
        "url": f"{url}/required_pull_request_reviews",
        "dismiss_stale_reviews": rule.dismiss_stale,
        "require_code_owner_reviews": rule.code_owners,
        "required_approving_review_count": rule.reviews,
        "require_last_push_approval": rule.last_push,
    }


def _checks(rule: Protection, url: str) -> Shape:
    pairs = [(each, None) if isinstance(each, str) else each for each in rule.checks]
    return {
        "url": f"{url}/required_status_checks",
        "strict": rule.strict,
        "contexts": [context for context, _ in pairs],
        "contexts_url": f"{url}/required_status_checks/contexts",
        "checks": [{"context": context, "app_id": app} for context, app in pairs],
    }


def _protection(rule: Protection, url: str) -> Shape:
    reviews = {} if rule.reviews is None else {"required_pull_request_reviews": _reviews(rule, url)}
    checks = {"required_status_checks": _checks(rule, url)} if rule.checks else {}
    flags = {
        "required_linear_history": rule.linear,
        "allow_force_pushes": rule.force_pushes,
        "allow_deletions": False,
        "block_creations": False,
        "required_conversation_resolution": rule.conversations,
        "lock_branch": False,
        "allow_fork_syncing": False,
    }
    signatures = {"url": f"{url}/required_signatures", "enabled": rule.signatures}
    return {
        "url": url,
        **reviews,
        **checks,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": rule.admins},
        "required_signatures": signatures,
        **{name: {"enabled": enabled} for name, enabled in flags.items()},
    }


def protection(call: Call) -> Answer:
    """Classic protection of a branch: none is 404, with words of its own."""
    name = call.named["branch"]
    if name not in call.repository.heads:
        return trouble(404, "Branch not found")
    rule = call.repository.protections.get(name)
    if rule is None:
        return trouble(404, "Branch not protected")
    return as_json(_protection(rule, call.url(f"/branches/{name}/protection")))


def branch(call: Call) -> Answer:
    """A branch with its tip, and whether it is protected."""
    name = call.named["branch"]
    tip = call.repository.heads.get(name)
    if tip is None:
        return trouble(404, "Branch not found")
    rule = call.repository.protections.get(name)
    url = call.url(f"/branches/{name}")
    html = f"{HTML}/{call.repository.full_name}/tree/{name}"
    contexts = {"enforcement_level": "off", "contexts": [], "checks": []}
    return as_json(
        {
            "name": name,
            "commit": shapes.commit(call.repository, tip),
            "_links": {"html": html, "self": url},
            "protected": rule is not None or bool(call.repository.binding(name)),
            "protection": {"enabled": rule is not None, "required_status_checks": contexts},
            "protection_url": f"{url}/protection",
        }
    )


def of_branch(call: Call) -> Answer:
    """The rules of all rulesets that bind a branch."""
    found = [
        {
            **rule,
            "ruleset_source_type": "Repository",
            "ruleset_source": call.repository.full_name,
            "ruleset_id": each.id,
        }
        for each in call.repository.binding(call.named["branch"])
        for rule in rules_of(each)
    ]
    return call.page(found, lambda rule: rule)


def _simple(call: Call, made: Ruleset) -> Shape:
    url = call.url(f"/rulesets/{made.id}")
    html = f"{HTML}/{call.repository.full_name}/rules/{made.id}"
    return {
        "id": made.id,
        "node_id": f"RRS_{made.id}",
        "name": made.state["name"],
        "target": made.state["target"],
        "source_type": "Repository",
        "source": call.repository.full_name,
        "enforcement": made.state["enforcement"],
        "_links": {"self": {"href": url}, "html": {"href": html}},
        "created_at": made.created_at,
        "updated_at": made.versions[-1].at,
    }


def rulesets(call: Call) -> Answer:
    """The rulesets of a repository, without their rules."""
    found = list(call.repository.rulesets.values())
    return call.page(found, lambda each: _simple(call, each))


def ruleset(call: Call) -> Answer:
    """One ruleset; who may pass it by is shown only to those who may write it."""
    made = call.repository.rulesets.get(call.number("ruleset"))
    return not_found() if made is None else as_json(shown(call, made))


def shown(call: Call, made: Ruleset) -> Shape:
    """A ruleset with what the token may see of it."""
    writer = call.forge.router.may("administration=write")
    names = ("conditions", "rules", *(("bypass_actors",) if writer else ()))
    more = {name: made.state[name] for name in names}
    return {**_simple(call, made), **more, "current_user_can_bypass": "never"}


def _versions(call: Call) -> list[Version] | None:
    """The versions that history still has, the newest first."""
    made = call.repository.rulesets.get(call.number("ruleset"))
    since = call.forge.clock.now - HISTORY_DAYS * 86400
    if made is None:
        return None
    return [each for each in reversed(made.versions) if seconds(each.at) >= since]


def _version(made: Version) -> Shape:
    actor = {"id": made.actor.id, "type": made.actor.kind}
    return {"version_id": made.id, "actor": actor, "updated_at": made.at}


def history(call: Call) -> Answer:
    """The versions of a ruleset, without what they said."""
    found = _versions(call)
    return not_found() if found is None else call.page(found, _version)


def version(call: Call) -> Answer:
    """One version of a ruleset with its state."""
    wanted = call.number("version")
    found = next((each for each in _versions(call) or () if each.id == wanted), None)
    if found is None:
        return not_found()
    return as_json({**_version(found), "state": found.state})
