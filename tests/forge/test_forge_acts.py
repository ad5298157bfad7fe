"""The forge lets visitors act: over REST in the name of an account, and by pushing with git."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from random import Random
from typing import TYPE_CHECKING, cast

import pytest

from forges import Answer, Pull, Request, Small, checks_rule, reviews_rule, said, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path / "forge")


@pytest.fixture
def cart(firm: Small) -> Pull:
    return firm.shop.open(firm.ann, "Add a cart", {"cart.py": "x = 1\n"}, branch="cart")


@pytest.fixture
def served(firm: Small) -> Iterator[Small]:
    with firm.forge:
        yield firm


def act(firm: Small, by: str, line: str, **body: object) -> Answer:
    """What the forge says where `by` does what the line says, as ``PUT /pulls/1/merge``."""
    method, _, path = line.partition(" ")
    target = path if path.startswith("/orgs") else f"/repos/firm/shop{path}"
    headers = {"user-agent": "test", "authorization": f"Bearer {by}"}
    return firm.forge.answer(
        Request(method=method, target=target, headers=headers, body=json.dumps(body).encode())
    )


def message(answer: Answer) -> object:
    return cast("dict[str, object]", answer.data())["message"]


def git(folder: Path, *args: str, stdin: str | None = None) -> str:
    who = ("-c", "user.name=Ben Ode", "-c", "user.email=ben@firm.mail")
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *args],
        check=True, capture_output=True, text=True, input=stdin,
    )  # fmt: skip
    return done.stdout.strip()


def cloned(served: Small, folder: Path, who: str = "ben:any@") -> Path:
    address = served.forge.url.replace("http://", f"http://{who}")
    git(folder, "clone", "--quiet", f"{address}/firm/shop.git", "clone")
    return folder / "clone"


def test_a_request_is_opened_by_whoever_asks(firm: Small) -> None:
    firm.shop.push(firm.ben, "cart", firm.shop.make(firm.ben, "Add a cart", {"cart.py": "1\n"}))
    made = act(firm, "ben", "POST /pulls", title="Cart", head="cart", base="main", body="Sum")
    pull = firm.shop.pulls[1]
    assert (made.status, made.data()) == (201, said(firm.forge, "/pulls/1"))
    assert (pull.author, pull.title, pull.body) == (firm.ben, "Cart", "Sum")
    assert pull.head_oid == firm.shop.heads["cart"]


@pytest.mark.usefixtures("cart")
@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"head": "none", "base": "main"}, "head"),
        ({"head": "cart", "base": "none"}, "base"),
        ({"head": "main", "base": "main"}, "No commits between main and main"),
    ],
)
def test_a_request_of_nothing_is_refused(firm: Small, asked: dict[str, str], why: str) -> None:
    refused = act(firm, "ben", "POST /pulls", title="t", **asked)
    assert (refused.status, message(refused)) == (422, f"Validation Failed: {why}")


def test_reviews_are_given_and_taken_back(firm: Small, cart: Pull) -> None:
    given = act(firm, "ben", "POST /pulls/1/reviews", event="APPROVE", body="Good")
    assert (given.status, [given.data()]) == (200, said(firm.forge, "/pulls/1/reviews"))
    review = cart.reviews[0]
    assert (review.author, review.state, review.commit) == (firm.ben, "APPROVED", cart.head_oid)
    path = f"/pulls/1/reviews/{review.id}/dismissals"
    assert act(firm, "ann", f"PUT {path}", message="Wrong").status == 200
    assert review.state == "DISMISSED"
    assert act(firm, "ann", "PUT /pulls/1/reviews/1/dismissals").status == 404


def test_no_review_of_ones_own_nor_of_nothing(firm: Small, cart: Pull) -> None:
    own = act(firm, "ann", "POST /pulls/1/reviews", event="APPROVE")
    assert (own.status, message(own)) == (
        *(422, "Validation Failed: Can not approve your own pull request"),
    )
    assert act(firm, "ben", "POST /pulls/1/reviews", event="SHOUT").status == 422
    assert act(firm, "ben", "POST /pulls/9/reviews", event="APPROVE").status == 404
    assert cart.reviews == []


def test_assignees_and_labels_are_set(firm: Small, cart: Pull) -> None:
    assert act(firm, "ann", "POST /issues/1/assignees", assignees=["ben", "nobody"]).status == 201
    assert act(firm, "ann", "POST /issues/1/labels", labels=["emergency"]).status == 200
    assert (cart.assignees, cart.labels) == ([firm.ben], ["emergency"])


def test_a_merge_waits_for_what_the_rules_ask(firm: Small, cart: Pull) -> None:
    firm.shop.ruleset(firm.ann, "Main", [reviews_rule(1), checks_rule("gate")])
    early = act(firm, "ann", "PUT /pulls/1/merge", merge_method="squash")
    assert (early.status, message(early)) == (
        *(405, "Repository rule violations found: " + 'Required status check "gate" is expected. '
          "At least 1 approving review is required."),
    )  # fmt: skip
    cart.review(firm.ben)
    firm.shop.checks.status(firm.ben, cart.head_oid, "gate")
    assert act(firm, "ann", "PUT /pulls/1/merge", sha="0" * 40).status == 409
    merged = act(firm, "ann", "PUT /pulls/1/merge", merge_method="squash")
    assert merged.data() == {
        "sha": firm.shop.heads["main"],
        "merged": True,
        "message": "Pull Request successfully merged",
    }
    assert (cart.merged_by, act(firm, "ann", "PUT /pulls/1/merge").status) == (firm.ann, 405)


def test_a_ruleset_binds_from_then_on(firm: Small) -> None:
    state: dict[str, object] = {
        "name": "Main", "target": "branch", "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "bypass_actors": [], "rules": [reviews_rule(2)],
    }  # fmt: skip
    made = act(firm, "ann", "POST /rulesets", **state)
    (known,) = firm.shop.rulesets.values()
    assert (made.status, made.data()) == (201, said(firm.forge, f"/rulesets/{known.id}"))
    assert ([each.state for each in known.versions], firm.shop.needs("main").reviews) == (
        *([state], 2),
    )
    assert act(firm, "ann", "POST /rulesets", name="Main").status == 422


def test_a_new_repository_has_a_first_commit_and_takes_pushes(firm: Small) -> None:
    assert act(firm, "ann", "POST /orgs/firm/repos", name="orchard").status == 201
    made = firm.forge.repositories["firm/orchard"]
    assert (made.roles[firm.ann], made.roles[firm.ben]) == ("admin", "write")
    assert list(made.heads) == ["main"]
    for name in ("orchard", "..", ""):
        assert act(firm, "ann", "POST /orgs/firm/repos", name=name).status == 422


def test_who_is_no_account_acts_as_a_workflow(firm: Small, cart: Pull) -> None:
    act(firm, "any", f"POST /statuses/{cart.head_oid}", state="success", context="a")
    act(firm, "ben", f"POST /statuses/{cart.head_oid}", state="success", context="b")
    told = {each.context: each.creator.login for each in firm.shop.checks.newest(cart.head_oid)}
    assert told == {"a": "github-actions", "b": "ben"}


def test_a_push_moves_the_request_in_the_name_of_who_pushed(
    served: Small, cart: Pull, tmp_path: Path
) -> None:
    clone = cloned(served, tmp_path)
    git(clone, "checkout", "--quiet", "cart")
    (clone / "cart.py").write_text("x = 2\n")
    git(clone, "commit", "--quiet", "--all", "--message", "More")
    git(clone, "push", "--quiet", "origin", "cart", "HEAD:other")
    head = git(clone, "rev-parse", "HEAD")
    assert (cart.head_oid, served.shop.pushes[head].actor) == (head, served.ben)
    assert served.shop.heads["other"] == head
    git(clone, "push", "--quiet", "origin", ":other")
    assert "other" not in served.shop.heads


def test_a_large_push_arrives_whole(served: Small, tmp_path: Path) -> None:
    clone = cloned(served, tmp_path)
    git(clone, "config", "http.postBuffer", "65536")
    (clone / "large").write_bytes(Random(1).randbytes(200_000))
    git(clone, "add", "large")
    git(clone, "commit", "--quiet", "--message", "Large")
    git(clone, "push", "--quiet", "origin", "HEAD:large")
    assert served.shop.heads["large"] == git(clone, "rev-parse", "HEAD")


def test_nobody_pushes_without_a_name(firm: Small) -> None:
    target = "/firm/shop.git/info/refs?service=git-receive-pack"
    for headers in ({}, {"authorization": "Basic bm9ib2R5Ong="}, {"authorization": "Basic ?"}):
        refused = firm.forge.answer(Request(method="GET", target=target, headers=headers))
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Basic realm="forge"')
    other = Request(method="GET", target=target.replace("shop", "other"))
    assert firm.forge.answer(other).status == 404


def test_a_packed_request_of_git_is_unpacked(firm: Small) -> None:
    asked = Request(
        method="POST",
        target="/firm/shop.git/git-upload-pack",
        headers={
            "content-type": "application/x-git-upload-pack-request",
            "content-encoding": "gzip",
            "git-protocol": "version=2",
        },
        body=gzip.compress(b"0014command=ls-refs\n00010000"),
    )
    answer = firm.forge.answer(asked)
    assert answer.status == 200
    assert firm.shop.heads["main"].encode() in answer.body


def test_a_forge_that_wakes_goes_with_the_clock_from_the_first_act(firm: Small, cart: Pull) -> None:
    firm.forge.wakes = True
    before = firm.forge.clock.now
    said(firm.forge, "/pulls/1")
    assert firm.forge.clock.now == before
    given = act(firm, "ben", "POST /pulls/1/reviews", event="APPROVE")
    assert -60 < firm.forge.clock.now - time.time() <= 0
    assert cart.reviews[0].created_at == firm.forge.clock.text()
    assert given.delay == 1
