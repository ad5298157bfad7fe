"""What records leave out is told: deployments, facts and messages beyond what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.records import asking, shipping
from affidavit.app.records.export import Records
from affidavit.app.records.shipping import Shipping, Unsure
from affidavit.changes.forge.model import Deployment, DeploymentStatus, Missing, Push
from affidavit.cli.progress import Silent
from affidavit.sources.forge.lines import Done
from change_desk import Desk, told
from forgelines import HEAD, line
from forges import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.changes.forge.model import Record
    from affidavit.changes.record.model import ChangeRecord

TIP, OTHER = "a" * 40, "b" * 40
NOT_HERE = "commits that were deployed are not in this clone"
UNTOLD = "whether these commits were deployed, the forge does not tell"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        yield Desk(forge, tmp_path)


def push(number: int, ref: str, at: str, after: str = TIP) -> Push:
    return Push(id=number, ref=ref, before=None, after=after, at=at, kind="push", actor=None)


def records(folder: Path, *data: Record | Done) -> Records:
    lines = [
        msgspec.json.encode({"done": one} if isinstance(one, Done) else line(one)) for one in data
    ]
    place = folder / "e"
    place.write_bytes(b"".join(one + b"\n" for one in (msgspec.json.encode(HEAD), *lines)))
    return Records(place, "sha256:0")


class TestPushes:
    """A push is of one branch, and of several to the same commit the newest counts."""

    EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"

    def test_a_push_of_another_branch_is_no_push_of_this_one(self, tmp_path: Path) -> None:
        main = push(1, "refs/heads/main", self.LATE)
        side = push(2, "refs/heads/side", self.EARLY)
        found = records(tmp_path, main, side)
        names = (["main"], ["side"], ["gone"], ["gone", "remotes/origin/side"], ["heads/main"])
        pushes = [found.push(TIP, one) for one in names]
        assert [one.data if one else None for one in pushes] == [main, side, None, side, main]

    @pytest.mark.parametrize("turned", [False, True])
    def test_the_newest_push_to_the_same_counts_wherever_it_stands(
        self, tmp_path: Path, *, turned: bool
    ) -> None:
        two = [push(7, "refs/heads/main", self.EARLY), push(5, "refs/heads/main", self.LATE)]
        found = records(tmp_path, *(reversed(two) if turned else two))
        kept = found.push(TIP, ["main"])
        assert kept is not None
        assert kept.data == two[1]
        assert found.raw(kept) == msgspec.json.encode(line(two[1])) + b"\n"

    def test_a_push_that_was_written_again_counts_as_it_was_last(self, tmp_path: Path) -> None:
        first = push(7, "refs/heads/main", self.EARLY)
        again = msgspec.structs.replace(first, kind="force_push")
        kept = records(tmp_path, first, again).push(TIP, ["main"])
        assert kept is not None
        assert kept.data == again

    def test_who_pushed_to_another_branch_did_not_bring_it_here(self, desk: Desk) -> None:
        commit = desk.shop.direct(desk.ann, "Hotfix", {"a.py": "1\n"})
        desk.found()
        side = Push(
            id=10**6, ref="refs/heads/copy", before=None, after=commit,
            at="2029-01-01T00:00:00Z", kind="push", actor=None,
        )  # fmt: skip
        with desk.export.open("ab") as file:
            file.write(msgspec.json.encode(line(side)) + b"\n")
        found = Records(desk.export, "sha256:0").push(commit, ["main"])
        assert found is not None
        assert found.data.actor is not None
        assert found.data.actor.login == "ann"


def test_a_section_is_lacking_where_it_reaches_back_less_far(tmp_path: Path) -> None:
    since = "2026-01-05T00:00:00Z"
    done = Done(section="checks", at=since, count=1, requests=1, since=since)
    found = records(tmp_path, done)
    assert [
        found.lacking("checks", "2026-01-04T00:00:00Z"),
        found.lacking("checks", since),
        found.lacking("releases", since),
    ] == [
        f"checks from before {since} were not collected",
        None,
        "releases were not collected whole",
    ]


class TestDeployments:
    """Deployments that may hold a change and are not told of leave its list open."""

    def test_a_deployed_commit_that_is_not_in_the_clone_may_hold_what_came_before(
        self, desk: Desk
    ) -> None:
        desk.approved("a.py").merge(desk.cleo, "squash")
        made = desk.shop.deploy(desk.ben, OTHER, "production", state=None)
        desk.shop.deployed(made, "success", by=desk.ben)
        desk.approved("b.py").merge(desk.cleo, "squash")
        newest, older, *_ = desk.records()
        assert told(older.deployments) == ((), f"{NOT_HERE}: {OTHER[:12]}")
        assert told(newest.deployments) == ((), None)

    def test_deployments_that_were_collected_from_a_later_day_on_may_be_more(
        self, desk: Desk
    ) -> None:
        desk.approved().merge(desk.cleo, "squash")
        desk.found(since="2029-01-01T00:00:00Z", sections=("repository", "deployments"))
        assert newest_again(desk).deployments.why == (
            "deployments from before 2029-01-01T00:00:00Z were not collected"
        )

    def test_one_that_never_succeeded_holds_nothing(self, desk: Desk) -> None:
        desk.approved().merge(desk.cleo, "squash")
        made = desk.shop.deploy(desk.ben, OTHER, "production", state=None)
        desk.shop.deployed(made, "failure", by=desk.ben)
        assert told(desk.newest().deployments) == ((), None)

    def test_environments_beyond_those_that_are_looked_at_are_counted(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shipping, "ENVIRONMENTS", 1)
        desk.approved().merge(desk.cleo, "squash")
        for name in ("staging", "production", "preview"):
            made = desk.shop.deploy(desk.ben, desk.shop.heads["main"], name, state=None)
            desk.shop.deployed(made, "success", by=desk.ben)
        record = desk.newest()
        assert len(record.deployments.values) == 3
        assert record.deployments.why == (
            "of 2 environments with fewer deployments than 1 others only those of its very commits"
            " are told"
        )

    def test_reasons_are_told_together_and_few_commits_are_named(self) -> None:
        unsure = tuple(Unsure("2026", f"{one}" * 40, NOT_HERE) for one in "abcd")
        found = Shipping(
            tagged={}, ran={}, untold=None, unsure=(*unsure, Unsure("2027", TIP, UNTOLD))
        )
        assert found.unshipped("2027") == f"{UNTOLD}: {TIP[:12]}"
        assert found.unshipped(None) == (
            f"{NOT_HERE}: {'a' * 12}, {'b' * 12}, {'c' * 12}; {UNTOLD}: {TIP[:12]}"
        )
        assert found.unshipped("2028") is None

    @pytest.mark.parametrize(
        ("states", "missing", "why"),
        [
            ((), True, UNTOLD),
            (("success",), True, None),
            (("failure",), False, None),
        ],
    )
    def test_statuses_that_the_forge_does_not_tell_may_be_a_success(
        self, desk: Desk, states: tuple[str, ...], why: str | None, *, missing: bool
    ) -> None:
        desk.approved().merge(desk.cleo, "squash")
        tip = desk.shop.heads["main"]
        desk.found()
        at = "2029-01-01T00:00:00Z"
        made = Deployment(
            id=1, commit=tip, ref=None, task=None, environment="production", production=True,
            creator=None, created_at=at,
            statuses=tuple(DeploymentStatus(state=one, at=at, creator=None) for one in states),
            missing=(Missing("statuses", "permission"),) if missing else (),
        )  # fmt: skip
        with desk.export.open("ab") as file:
            file.write(msgspec.json.encode(line(made)) + b"\n")
        assert newest_again(desk).deployments.why == (f"{why}: {tip[:12]}" if why else None)


def newest_again(desk: Desk) -> ChangeRecord:
    """The newest record by the export as it is now."""
    request = Request(
        repository=desk.shop.git.path, name="r", forge=desk.export, bounds=Bounds(since=0)
    )
    every = asking.found(asking.Wanted(request=request), Silent())
    return next(asking.records(every, every.changes, Silent()))


def test_messages_beyond_those_that_are_looked_at_are_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = desk.opened()
    pull.commit(desk.ann, "Fixes #77", {"more.py": "x = 2\n"})
    pull.merge(desk.cleo, "merge")
    assert desk.newest().work_items.why is None
    monkeypatch.setattr(asking, "MESSAGES", 1)
    newest = desk.newest()
    why = "the messages of 2 of its commits were not looked at"
    assert (newest.work_items.why, newest.reverts.why) == (why, why)
