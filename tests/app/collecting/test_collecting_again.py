"""Collecting again brings what is new, costs little, and goes on after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Checks, PullRequest, Push, Release
from affidavit.sources.forge.reading import Export
from collectors import SECRET, gathered, only, records
from forges import Account, Forge, Repository, faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forge.wire import Answer

PULLS = only("pull_requests")
BOTH = only("pull_requests", "checks")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def ann(forge: Forge) -> Account:
    return forge.account("ann", "Ann Lee", "ann@firm.mail")


@pytest.fixture
def shop(forge: Forge) -> Repository:
    return forge.repository("firm/shop")


def merged(shop: Repository, ann: Account, count: int) -> None:
    """So many pull requests, each merged."""
    for number in range(count):
        shop.open(ann, f"Number {number}", {f"{number}.py": f"{shop.number}\n"}).merge(
            ann, "squash"
        )


def titles(output: Path) -> dict[int, str]:
    return {one.number: one.title for one in records(output, PullRequest)}


def test_what_did_not_change_is_not_written_again(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    for _ in range(3):
        merged(shop, ann, 1)
        forge.clock.advance(hours=1)
    gathered(forge, output, sections=BOTH)
    forge.clock.advance(days=1)
    gathered(forge, output, sections=BOTH)
    forge.clock.advance(days=1)
    shop.open(ann, "New", {"new.py": "1\n"})
    done = gathered(forge, output, sections=BOTH)
    assert titles(output) == {1: "Number 0", 2: "Number 0", 3: "Number 0", 4: "New"}
    # The newest of those that were known is read once more: a forge may lag behind.
    assert (done.counts["pull_requests"], done.counts["checks"]) == (2, 1)


def test_what_changed_is_written_again(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 2)
    waiting = shop.open(ann, "Waiting", {"w.py": "1\n"})
    gathered(forge, output, sections=PULLS)
    forge.clock.advance(days=30)
    waiting.rename(ann, "Done")
    waiting.merge(ann, "merge")
    gathered(forge, output, sections=PULLS)
    assert titles(output)[3] == "Done"
    assert Export(output).counts["pull_request"] == 3


def test_checks_that_had_not_ended_are_asked_for_again(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    suite = shop.checks.suite(pull.head_oid)
    run = shop.checks.run(suite, "slow", None)
    pull.merge(ann, "squash")
    gathered(forge, output, sections=BOTH)
    forge.clock.advance(days=2)
    shop.checks.finish(run, "failure")
    gathered(forge, output, sections=BOTH)
    found = {one.commit: one.runs for one in records(output, Checks)}[pull.head_oid]
    assert [one.conclusion for one in found] == ["failure"]
    forge.clock.advance(days=2)
    assert gathered(forge, output, sections=BOTH).counts["checks"] == 0


def test_the_heads_of_open_pull_requests_are_asked_about_every_time(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    pull = shop.open(ann, "Add", {"a.py": "1\n"})
    shop.checks.passes(pull.head_oid, "test")
    gathered(forge, output, sections=BOTH)
    forge.clock.advance(days=2)
    shop.checks.passes(pull.head_oid, "late")
    gathered(forge, output, sections=BOTH)
    (found,) = records(output, Checks)
    assert [one.name for one in found.runs] == ["test", "late"]


def test_since_leaves_out_what_last_changed_before_and_an_earlier_one_brings_it(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 60)
    forge.clock.set("2026-03-01T00:00:00Z")
    merged(shop, ann, 2)
    gathered(forge, output, sections=PULLS, since="2026-02-01T00:00:00Z")
    export = Export(output)
    done = export.sections["pull_requests"].done
    assert (export.counts["pull_request"], done and done.since) == (2, "2026-02-01T00:00:00Z")
    gathered(forge, output, sections=PULLS)
    export = Export(output)
    done = export.sections["pull_requests"].done
    assert (export.counts["pull_request"], done and done.since) == (62, None)


def test_after_all_of_it_a_later_since_changes_nothing(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 2)
    gathered(forge, output, sections=PULLS)
    forge.clock.set("2026-03-01T00:00:00Z")
    merged(shop, ann, 1)
    gathered(forge, output, sections=PULLS, since="2026-06-01T00:00:00Z")
    export = Export(output)
    done = export.sections["pull_requests"].done
    assert (export.counts["pull_request"], done and done.since) == (3, None)


@pytest.mark.parametrize("page", [1, 2])
def test_it_goes_on_where_it_was_interrupted(
    forge: Forge, shop: Repository, ann: Account, output: Path, page: int
) -> None:
    merged(shop, ann, 130)
    forge.faults.order("graphql", faults.forbidden("x", 451), times=None, after=page)
    with pytest.raises(ForgeError):
        gathered(forge, output, sections=PULLS)
    assert len(titles(output)) == 50 * page
    assert not Export(output).whole("pull_requests")
    forge.faults.clear()
    changed = shop.pulls[130]
    forge.clock.advance(hours=5)
    changed.rename(ann, "Changed meanwhile")
    asked = len(forge.asked("graphql"))
    gathered(forge, output, sections=PULLS)
    assert (len(titles(output)), titles(output)[130]) == (130, "Changed meanwhile")
    # The pages that were left, and one from the front for what changed meanwhile.
    assert len(forge.asked("graphql")) - asked == 4 - page


def test_what_was_not_shown_once_is_looked_for_again(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 2)
    assert gathered(forge, output, sections=PULLS).whole
    forge.clock.advance(days=1)
    shop.open(ann, "Hidden once", {"h.py": "1\n"})
    forge.clock.advance(days=1)
    shop.open(ann, "New", {"n.py": "1\n"})
    hidden = faults.nothing_at(
        "repository", "pullRequests", "nodes", 1, kind="FORBIDDEN", message="no"
    )
    forge.faults.order("graphql", hidden)
    assert not gathered(forge, output, sections=PULLS).whole
    assert set(titles(output)) == {1, 2, 4}
    forge.clock.advance(days=1)
    assert gathered(forge, output, sections=PULLS).whole
    assert set(titles(output)) == {1, 2, 3, 4}


def test_what_changes_while_it_is_read_is_not_lost(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 120)
    oldest = shop.pulls[1]

    def change(_request: object, answer: Answer) -> Answer:
        oldest.rename(ann, "Moved to the front")
        return answer

    forge.faults.order("graphql", change)
    gathered(forge, output, sections=PULLS)
    assert (len(titles(output)), titles(output)[1]) == (120, "Moved to the front")


def test_lists_that_did_not_change_are_known_by_their_etags(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    lists = only("releases", "deployments", "activity")
    oid = shop.direct(ann, "Add", {"a.py": "1\n"})
    shop.release(ann, "v1.0", oid)
    shop.deploy(ann, oid, "production")
    gathered(forge, output, sections=lists)
    etags = {name: Export(output).sections[name].etags for name in lists}
    assert all(etags.values())
    done = gathered(forge, output, sections=lists)
    assert [done.counts[one] for one in lists] == [0, 0, 0]
    asked = [one.headers.get("if-none-match") for one in forge.log[-3:]]
    assert sorted(filter(None, asked)) == sorted(e for one in etags.values() for e in one.values())
    forge.clock.advance(days=1)
    shop.release(ann, "v2.0", shop.direct(ann, "More", {"b.py": "1\n"}))
    gathered(forge, output, sections=lists)
    assert {one.tag for one in records(output, Release)} == {"v1.0", "v2.0"}
    assert len(records(output, Push)) == len(forge.repositories["firm/shop"].activity)


COLLECT = "from affidavit.cli.main import main; main()"


def killed(forge: Forge, output: Path, *, after: int) -> int:
    """How a collection ended that is killed when it sends a request `after` so many others."""
    command = [sys.executable, "-c", COLLECT, "collect", "github", "firm/shop", "--quiet"]
    environment = {**os.environ, "GH_TOKEN": SECRET}
    child = subprocess.Popen(
        [*command, "--api-url", forge.url, "--output", str(output)], env=environment
    )

    def kill(_request: object, answer: Answer) -> Answer:
        child.kill()
        return answer

    forge.faults.order(".", kill, after=after)
    status = child.wait()
    forge.faults.clear()
    return status


def test_a_kill_at_any_request_loses_nothing(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    merged(shop, ann, 110)
    for after in (3, 5, 6, 9, 14):
        assert killed(forge, output, after=after) == -signal.SIGKILL
        # A kill while it writes leaves a part of a line.
        written = output.read_bytes() if output.exists() else b""
        output.write_bytes(written[:-7])
    assert killed(forge, output, after=1_000) == 0
    again = output.with_name("again.jsonl")
    gathered(forge, again)
    for sort in (PullRequest, Checks, Push):
        found, expected = records(output, sort), records(again, sort)
        assert len(found) == len(expected)
        assert set(map(repr, found)) == set(map(repr, expected))


def test_ten_thousand_pull_requests_cost_at_most_three_thousand_requests(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    count = 150
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    for number in range(count):
        pull = shop.open(ann, f"Number {number}", {f"{number}.py": "1\n"})
        shop.checks.passes(pull.head_oid, "test", "lint")
        pull.review(ben)
        shop.deploy(ann, pull.merge(ann, "squash"), "production")
    done = gathered(forge, output)
    assert done.export.counts["pull_request"] == count
    # What does not grow with the pull requests is counted as if it did.
    assert done.requests * 10_000 / count <= 3_000
