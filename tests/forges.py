"""The forge of ``tools/forge`` for tests: ``from forges import Forge``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

sys.path.append(str(Path(__file__).parents[1] / "tools"))

from forge.demo import Firm  # noqa: E402  # found only now
from forge.demo import fill as demo  # noqa: E402  # found only now
from forge.gql.engine import SCHEMA  # noqa: E402  # found only now
from forge.rest.router import ROUTES  # noqa: E402  # found only now
from forge.wire import Answer, Request  # noqa: E402  # found only now

from forge import (  # noqa: E402  # found only now
    ACTIONS,
    Account,
    App,
    Clock,
    Forge,
    Protection,
    Pull,
    Repository,
    checks_rule,
    events,
    faults,
    queue_rule,
    reviews_rule,
)

__all__ = [
    "ACTIONS",
    "SCHEMA",
    "Account",
    "Answer",
    "App",
    "Clock",
    "Firm",
    "Forge",
    "Protection",
    "Pull",
    "Repository",
    "Request",
    "answered_paths",
    "checks_rule",
    "demo",
    "events",
    "faults",
    "filled",
    "get",
    "post",
    "queue_rule",
    "reviews_rule",
    "said",
    "small",
]


class Options(TypedDict, total=False):
    """What a forge is made with."""

    clock: Clock
    token: str
    server: bool


class Small(NamedTuple):
    """A forge with one repository, an admin and a writer."""

    forge: Forge
    shop: Repository
    ann: Account
    ben: Account


def small(directory: Path, **how: Unpack[Options]) -> Small:
    """A forge with one repository, an admin and a writer."""
    forge = Forge(directory, **how)
    shop = forge.repository("firm/shop")
    ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop.roles.update({ann: "admin", ben: "write"})
    return Small(forge, shop, ann, ben)


def get(forge: Forge, target: str, **headers: str) -> Answer:
    """The answer of REST to a request for something, such as ``/rate_limit`` or ``/pulls``.

    What is of the repository may leave its path out. An underscore in a header is a hyphen.
    """
    path = target if target.startswith(("/repos", "/rate_limit")) else f"/repos/firm/shop{target}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return forge.answer(Request(method="GET", target=path, headers={"user-agent": "test", **named}))


def answered_paths(described: Iterable[str]) -> list[str]:
    """Those of the paths of a description that REST answers."""
    return [
        path
        for path in described
        if path == "/rate_limit" or any(one.path.fullmatch(path) for one in ROUTES)
    ]


def said(forge: Forge, target: str) -> object:
    """What REST says to a request that is answered."""
    answer = get(forge, target)
    assert answer.status == 200, answer.body
    return answer.data()


def post(forge: Forge, query: str, **variables: object) -> dict[str, object]:
    """The whole answer to a GraphQL query, with limits and faults."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"user-agent": "test"}
    answer = forge.answer(Request(method="POST", target="/graphql", headers=headers, body=body))
    assert answer.status == 200, answer.body
    return cast("dict[str, object]", answer.data())


def filled(forge: Forge) -> Firm:
    """The firm of the guide, and what is not in it: all kinds of accounts, events and states."""
    firm = demo(forge)
    shop, ann, ben = firm.shop, firm.ann, firm.ben
    gone = forge.account("gone", "Gil Gone", "gil@firm.mail")
    pull = shop.open(gone, "Everything", {"every.py": "1\n"}, draft=True, body="All of it")
    pull.commit(gone, "Signed", {"every.py": "2\n"}, signed=True)
    edit(forge, pull, firm)
    judge(forge, pull, firm)
    move(pull, firm)
    check(pull, firm)
    fork = shop.open(firm.cleo, "From a fork", {"fork.py": "1\n"}, fork="cleo/shop")
    shop.push(ann, "main", fork.head_oid)
    shop.release(ann, "v2.0", shop.heads["main"], draft=True)
    shop.deploy(ben, shop.heads["main"], "staging", state=None)
    shop.change_ruleset(ann, next(iter(shop.rulesets.values())), enforcement="evaluate")
    shop.ruleset(ann, "Queue", [queue_rule(), {"type": "required_signatures"}], branches=["~ALL"])
    shop.direct(ann, "Owners", {"CODEOWNERS": "* @nobody\n"})
    forge.delete(gone)
    return firm


def edit(forge: Forge, pull: Pull, firm: Firm) -> None:
    """What changes a pull request but for its commits and its reviews."""
    gone, ann, cleo = pull.author, firm.ann, firm.cleo
    pull.ready(gone)
    pull.to_draft(gone)
    pull.ready(gone)
    pull.rename(gone, "Nearly everything")
    pull.label(ann, "big")
    pull.label(ann, "late")
    pull.unlabel(ann, "late")
    pull.assign(ann, firm.ben)
    pull.assign(ann, cleo)
    pull.unassign(ann, cleo)
    pull.request(gone, forge.team("owners"))
    pull.request(gone, firm.ben)
    pull.request(gone, cleo)
    pull.unrequest(gone, cleo)


def judge(forge: Forge, pull: Pull, firm: Firm) -> None:
    """All kinds of reviews, one of them dismissed, by all kinds of people."""
    old = forge.account("old", kind="Mannequin")
    firm.shop.roles[old] = "read"
    review = pull.review(firm.cleo, "CHANGES_REQUESTED")
    pull.review(old, "COMMENTED", commit=None)
    pull.edit_review(pull.review(firm.checker), "Still good")
    pull.review(firm.ann, "PENDING")
    pull.force_push(pull.author, "Once more", {"every.py": "3\n"})
    pull.dismiss(review, firm.ann)


def move(pull: Pull, firm: Firm) -> None:
    """Closed, opened again, in and out of the queue, and to another base."""
    shop, ann, ben = firm.shop, firm.ann, firm.ben
    pull.close(ann)
    tip = pull.head_oid
    shop.delete_branch(ann, pull.head_ref)
    shop.push(ann, pull.head_ref, tip)
    pull.reopen(ann)
    shop.deploy(ben, tip, "review")
    for method in ("squash", "rebase", "merge"):
        pull.auto_merge(ben, method)
        pull.stop_auto_merge(ben)
    pull.enqueue(ben)
    pull.leave_queue(ben)
    shop.push(ann, "next", shop.heads["main"])
    shop.push(ann, "next", shop.make(ann, "Other", {"other.py": "1\n"}, parents=()))
    pull.change_base(ann, "next")
    shop.push(ann, "next", shop.heads["main"])
    pull.auto_merge(ben)
    waiting = shop.open(ann, "In the queue", {"queue.py": "1\n"}, base="next")
    waiting.enqueue(ben)


def check(pull: Pull, firm: Firm) -> None:
    """Checks of an app outside Actions, and statuses."""
    checks, head = firm.shop.checks, pull.head_oid
    suite = checks.suite(head, app=App("scanner", 77), event=None)
    for conclusion in ("failure", "neutral", None):
        checks.run(suite, "scan", conclusion)
    checks.status(firm.ann, head, "ci/old", "pending")
    checks.status(firm.ann, head, "ci/old", "failure")
