"""What records are put together from: exports by their keys, tags, raw lines, requests given up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

import msgspec
import pytest

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.records.asking import Wanted, found, materials, records
from affidavit.app.records.closing import Agents
from affidavit.app.records.export import Records
from affidavit.app.records.holders import holders
from affidavit.app.records.raw import raw_records
from affidavit.base.errors import InputError, UnreadableError
from affidavit.changes.forge.model import Account, AccountKind, Release
from affidavit.cli.progress import Silent
from change_desk import Desk
from forgelines import HEAD, checks, line, pull, pull_commit, unavailable
from forges import Forge
from histories import audited

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.model import Record
    from gitrepo import Repo

COPILOT = Account("copilot-swe-agent", AccountKind.BOT, 198982749)


def release(number: int, tag: str, *, draft: bool = False) -> Release:
    return Release(
        id=number, tag=tag, target=None, name=None, draft=draft, created_at="2026-01-01T00:00:00Z",
        published_at=None, author=None,
    )  # fmt: skip


def export(path: Path, *data: Record, more: bytes = b"") -> Path:
    lines = [msgspec.json.encode(HEAD), *(msgspec.json.encode(line(one)) for one in data)]
    path.write_bytes(b"".join(one + b"\n" for one in lines) + more)
    return path


class TestRecords:
    """The newest record of a thing counts; what is not whole says why."""

    def test_the_newest_record_of_each_thing(self, tmp_path: Path) -> None:
        old, new = pull(1, title="Old"), pull(1, title="New")
        place = export(
            tmp_path / "e", old, checks("a" * 40, "success"), new, more=b'{"data": {"rec'
        )
        found = Records(place, "sha256:0")
        request = found.request(1)
        assert request is not None
        assert request.data == new
        assert found.raw(request) == msgspec.json.encode(line(new)) + b"\n"
        assert found.request(2) is None
        assert [one.data.title for one in found.requests()] == ["New"]

    def test_a_section_that_is_not_whole_says_why(self, tmp_path: Path) -> None:
        place = export(tmp_path / "e", unavailable("deployments"))
        absent = Records(place, "sha256:0").absent
        assert absent["deployments"] == (
            "deployments could not be had: permission, needs contents=read"
        )
        assert absent["checks"] == "checks were not collected whole"

    def test_a_draft_is_no_release(self, tmp_path: Path) -> None:
        place = export(tmp_path / "e", release(1, "v1"), release(2, "v2", draft=True))
        assert [*Records(place, "sha256:0").releases()] == ["v1"]

    @pytest.mark.parametrize("turned", [False, True])
    def test_of_two_releases_of_a_tag_the_one_that_is_still_listed_counts(
        self, tmp_path: Path, *, turned: bool
    ) -> None:
        gone = msgspec.structs.replace(release(1, "v1"), gone_at="2026-02-01T00:00:00Z")
        two = [release(2, "v1"), gone]
        place = export(tmp_path / "e", *(reversed(two) if turned else two))
        assert Records(place, "sha256:0").releases()["v1"].data.id == 2

    @pytest.mark.parametrize(
        "data", [{"record": "pull_request", "number": 1}, {"record": "deployment", "id": 1}]
    )
    def test_a_record_that_is_none_is_refused_when_it_is_read(
        self, tmp_path: Path, data: dict[str, object]
    ) -> None:
        bad = json.dumps({"origin": None, "data": data}).encode() + b"\n"
        found = Records(export(tmp_path / "e", more=bad), "sha256:0")
        with pytest.raises(InputError, match=r"e, at byte \d+: "):
            _ = (found.request(1), found.deployments())

    def test_a_file_that_is_gone_or_changed_meanwhile_is_refused(self, tmp_path: Path) -> None:
        place = export(tmp_path / "e", pull(1))
        found = Records(place, "sha256:0")
        size = place.stat().st_size
        other = msgspec.json.encode(line(checks("a" * 40))) + b"\n"
        start = place.read_bytes().index(b"\n") + 1
        place.write_bytes(b" " * start + other.rstrip().ljust(size - start - 1) + b"\n")
        with pytest.raises(InputError):
            found.request(1)
        place.unlink()
        with pytest.raises(UnreadableError):
            found.request(1)


class TestHolders:
    """The first of some commits from which another is reached."""

    PARENTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "d": ("c", "s"),
        "c": ("b",),
        "b": ("a",),
        "s": ("a",),
        "a": (),
    }

    def test_each_is_held_by_the_first_that_reaches_it(self) -> None:
        wanted = {"a", "b", "s"}
        assert holders(self.PARENTS, ["b", "d"], wanted) == {"b": 0, "a": 0, "s": 1}

    def test_what_nothing_reaches_is_held_by_none(self) -> None:
        assert holders(self.PARENTS, ["s", "gone"], {"b", "a"}) == {"a": 0}


def test_of_two_tags_the_one_below_comes_first_whatever_its_date_says(repo: Repo) -> None:
    repo.commit("One", date="2026-01-05")
    below = repo.commit("Two", date="2026-01-09")
    above = repo.commit("Three", date="2026-01-02")
    repo.git("tag", "a-later", above)
    repo.git("tag", "b-first", below)
    request = Request(repository=repo.path, name="r", bounds=Bounds(since=0))
    every = found(Wanted(request=request), Silent())
    told = [one.release.value for one in records(every, every.changes, Silent())]
    assert [one.tag if one else None for one in told] == ["a-later", "b-first", "b-first"]


def test_a_record_rests_on_lines_of_the_export_byte_for_byte(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        desk.shop.direct(desk.ann, "Hotfix", {"a.py": "1\n"})
        pull = desk.approved()
        desk.shop.checks.passes(pull.head_oid, "test")
        pull.merge(desk.cleo, "squash")
        tip = desk.shop.heads["main"]
        desk.shop.release(desk.ann, "v1.0", tip)
        made = desk.shop.deploy(desk.ben, tip, "production", state=None)
        desk.shop.deployed(made, "success", by=desk.ben)
        every = desk.found()
    (merged, pushed, *_) = materials(every, every.changes, Silent())
    lines = desk.export.read_bytes().splitlines(keepends=True)
    names = []
    for material in (merged, pushed):
        raw = raw_records(material, every.records)
        assert all(one in lines for one in raw.values())
        names.append(sorted(name.rpartition("-")[0] for name in raw))
    assert names == [
        ["checks", "checks", "deployment", "release", "request"],
        ["deployment", "push", "release"],
    ]
    assert raw_records(merged, None) == {}


@pytest.mark.parametrize(
    ("fields", "agents"),
    [
        ({"author": COPILOT}, True),
        ({"author": None}, False),
        ({"commits": (pull_commit("a" * 40),)}, False),
        (
            {
                "commits": (
                    pull_commit(
                        "a" * 40, message="W\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
                    ),
                )
            },
            True,
        ),
        ({"commits": (msgspec.structs.replace(pull_commit("a" * 40), author=COPILOT),)}, True),
    ],
)
def test_a_request_is_an_agents_by_its_opener_or_a_commit(
    fields: dict[str, object], *, agents: bool
) -> None:
    assert Agents("github.com").made(pull(1, **fields)) is agents


def test_nothing_chosen_is_nothing_read(repo: Repo) -> None:
    repo.commit("One")
    assert audited(repo).landings
    request = Request(repository=repo.path, name="r", bounds=Bounds(since=0))
    every = found(Wanted(request=request), Silent())
    assert list(records(every, [], Silent())) == []
