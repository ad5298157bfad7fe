"""``affidavit release``: what it prints, writes, records and refuses."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from affidavit.app.ledger.kept import custody, vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.ledger.entry import Fact
from affidavit.ledger.kinds import refused as refusal
from affidavit.ledger.sealed import ReleaseSealed
from affidavit.store.vault_key import read_tenant_key
from dictionary import Attack
from forges import Forge
from histories import ran
from receipts import ORIGIN
from release_desk import ReleaseDesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrepo import Repo

FILES = "AI changes touched at least 1 of 2 (50.0%) changed files, 1 of them last; no signal 1"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReleaseDesk]:
    with Forge(tmp_path / "forge") as forge:
        yield ReleaseDesk(forge, tmp_path)


@pytest.fixture
def kept(desk: ReleaseDesk, monkeypatch: pytest.MonkeyPatch) -> ReleaseDesk:
    """The same with a ledger."""
    desk.with_ledger(monkeypatch)
    return desk


def test_a_summary_says_what_is_in_it_and_what_is_not_known(desk: ReleaseDesk) -> None:
    done = desk.release("v1.0..v1.1")
    assert (done.status, done.err) == (0, "")
    first, second = desk.first[:12], desk.second[:12]
    lines = done.out.splitlines()
    assert lines[:8] == [
        f"firm/shop, release of v1.0 ({first}) to v1.1 ({second})",
        "2 changes, 2 landings, 2 commits",
        "AI changes     at least 1 of 2 (50.0%) changes: claude-code 1",
        "no signal      1 of 2 (50.0%) changes: author unknown",
        "AI review      R4 0 | R3 1 | R2 0 | R1 0 | R0 0; approval shown 1, none 0, unknown 0",
        "other review   R4 0 | R3 0 | R2 0 | R1 1 | R0 0; approval shown 0, none 1, unknown 0",
        f"files          {FILES}",
        "  shop: at least 1 of 2 (50.0%), 1 of them last; no signal 1",
    ]
    assert lines[-3:] == [
        "unknown        2 things",
        "  tests, scans and other results: no ledger was given",
        "  provenance of artefacts: no ledger was given",
    ]


def test_one_name_says_which_tag_it_begins_after(desk: ReleaseDesk) -> None:
    (first, *_) = desk.release("v1.1", forge=False).out.splitlines()
    assert first.endswith(
        f"v1.0 ({desk.first[:12]}) to v1.1 ({desk.second[:12]}), since the tag before it on its own"
        " line"
    )


def test_json_is_what_is_written_but_for_the_folder(desk: ReleaseDesk) -> None:
    out = desk.folder / "out"
    done = desk.release("v1.0..v1.1", "--output", out)
    assert done.out.splitlines()[-1] == f"report         {out / 'release.html'}"
    written = (out / "release.json").read_text()
    found = desk.said("v1.0..v1.1")
    assert found == json.loads(written)
    assert found["format"] == "affidavit/release@1"
    changes = cast("list[dict[str, object]]", found["changes"])
    assert [one["id"] for one in changes] == ["CHG-2026-01-05-004", "CHG-2026-01-05-003"]
    assert [json.loads(line.rstrip(",")) for line in written.splitlines()[1:3]] == changes


def test_the_records_lie_beside_it_and_the_page_leads_to_each(desk: ReleaseDesk) -> None:
    out = desk.folder / "out"
    desk.release("v1.0..v1.1", "--output", out)
    names = sorted(str(one.relative_to(out)) for one in out.rglob("*") if one.is_file())
    assert names == [
        "records/changes.csv",
        "records/changes.html",
        "records/changes.json",
        "release.html",
        "release.json",
    ]
    found = json.loads((out / "release.json").read_text())
    records = json.loads((out / "records/changes.json").read_text())
    assert records["changes"] == found["changes"]
    rows = list(csv.DictReader((out / "records/changes.csv").read_text().splitlines()))
    assert [row["id"] for row in rows] == [one["id"] for one in found["changes"]]
    page = (out / "release.html").read_text()
    for one in found["changes"]:
        anchor = f"c-{one['members'][0]['commit']}"
        assert f'href="records/changes.html#{anchor}"' in page
        assert f'id="{anchor}"' in (out / "records/changes.html").read_text()


def test_two_runs_write_the_same_bytes(kept: ReleaseDesk) -> None:
    written = []
    for name in ("one", "two"):
        out = kept.folder / name
        done = kept.release("v1.0..v1.1", "--output", out, "--record", ledger=True)
        assert done.status == 0, done.err
        written.append([one.read_bytes() for one in sorted(out.rglob("*")) if one.is_file()])
    assert written[0] == written[1]


def test_an_empty_release_is_said_to_be_empty(desk: ReleaseDesk) -> None:
    out = desk.folder / "out"
    done = desk.release("v1.1..v1.0", "--output", out)
    assert done.status == 0
    assert done.out.splitlines()[1:4] == [
        "0 changes, 0 landings, 0 commits",
        "range          the beginning holds the end: nothing is new",
        "range          dropped: 2 commits of the beginning are not in the release",
    ]
    assert "Nothing landed in this release." in (out / "release.html").read_text()
    assert json.loads((out / "release.json").read_text())["changes"] == []


def test_a_title_cannot_move_the_cursor_of_a_terminal(repo: Repo, tmp_path: Path) -> None:
    repo.commit("\x1b[2J Start")
    repo.ref("refs/tags/v\u202e1", "main")
    done = ran("release", "v\u202e1", repo.path, here=tmp_path)
    assert done.out.splitlines()[0].startswith("unnamed repository, release of the beginning to v")
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    answer = ran("release", "v\u202e1", repo.path, "--json", here=tmp_path)
    assert "\u202e" not in answer.out
    assert json.loads(answer.out)["range"]["chosen"] == "beginning"


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (["v1.0...v1.1"], 2, "AFF-USAGE: 'v1.0...v1.1' is no range of a release"),
        (["v1.0..v9"], 2, "AFF-USAGE: 'v9' names no commit of the repository"),
        (["v1.0..v1.1", "--branch", "none"], 2, "AFF-BRANCH: there is no branch 'none'"),
        (["v1.0..v1.1", "--record"], 4, "AFF-NOT-A-LEDGER: there is no ledger here"),
        (["v1.0..v1.1", "--ledger", "nowhere"], 4, "AFF-NOT-A-LEDGER: there is no ledger at"),
        (["v1.0..v1.1", "--forge", "nowhere"], 5, "AFF-UNREADABLE: nowhere"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_one_sentence(
    desk: ReleaseDesk, args: list[str], status: int, told: str
) -> None:
    done = desk.release(args[0], *args[1:], forge=False)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"affidavit: {told}")


def attacked(kept: ReleaseDesk, digest: str) -> set[str]:
    """What can be confirmed of a release by whoever has the ledger, the vault and its key."""
    assert kept.ledger is not None
    guesses = {"report": [digest], "base": ["v1.0"], "head": ["v1.1"]}
    key = read_tenant_key(custody(ORIGIN).vault_key)
    with viewing(kept.ledger) as view:
        facts = b"\n".join(row.data for row in view.chosen(Choice()))
    attack = Attack(facts, kept.ledger.vault.parent, guesses)
    # Those of others take long to try, and their keys open nothing of this one.
    attack._subjects = {one for one in attack._subjects if one.startswith("report:")}
    return attack.confirmed(key) & {digest, "v1.0", "v1.1"}


class TestRecorded:
    """A report that is sealed in a ledger."""

    def seal(self, kept: ReleaseDesk, *args: str | Path) -> str:
        done = kept.release("v1.0..v1.1", "--record", *args, ledger=True)
        assert done.status == 0, done.err
        return done.out.splitlines()[-1]

    def test_one_fact_says_what_was_released_and_commits_to_the_report(
        self, kept: ReleaseDesk
    ) -> None:
        out = kept.folder / "out"
        assert self.seal(kept, "--output", out) == "recorded       entry 3"
        (entry,) = kept.sealed()
        body = msgspec.json.decode(entry.body, type=ReleaseSealed)
        report = json.loads((out / "release.json").read_text())
        assert entry.subject is not None
        assert (entry.subject.commit, entry.subject.tree) == (kept.second, body.tree)
        assert (body.base, body.head, body.population) == (
            kept.first,
            kept.second,
            report["population"]["digest"],
        )
        assert (body.landings, body.commits, body.changes, body.ai_changes) == (2, 2, 2, 1)
        assert kept.ledger is not None
        with vault(kept.ledger, ORIGIN, writable=False) as found:
            digest = hashlib.sha256((out / "release.json").read_bytes()).hexdigest()
            assert found.reveal(body.report) == f"sha256:{digest}"
            assert found.reveal(body.repository_named) == "firm/shop"
            assert [found.reveal(str(one)) for one in (body.base_named, body.head_named)] == [
                "v1.0",
                "v1.1",
            ]

    def test_no_name_stands_in_it_in_clear(self, kept: ReleaseDesk) -> None:
        self.seal(kept)
        (entry,) = kept.sealed()
        text = bytes(entry.body).decode() + entry.stream + entry.id + entry.actor
        assert [one for one in ("shop", "v1.", "ann", "ben", "cleo") if one in text] == []

    def test_after_a_disposal_no_name_and_no_digest_of_it_can_be_guessed(
        self, kept: ReleaseDesk
    ) -> None:
        out = kept.folder / "out"
        self.seal(kept, "--output", out)
        digest = f"sha256:{hashlib.sha256((out / 'release.json').read_bytes()).hexdigest()}"
        assert attacked(kept, digest) == {digest, "v1.0", "v1.1"}
        assert kept.ledger is not None
        done = ran(
            "ledger", "dispose", "--subject", digest, "--authority", "office", "--policy", "erase",
            "--yes", "--ledger", kept.ledger.folder, here=kept.folder,
        )  # fmt: skip
        assert done.status == 0, done.err
        assert attacked(kept, digest) == set()

    def test_a_second_run_appends_nothing(self, kept: ReleaseDesk) -> None:
        assert self.seal(kept) == "recorded       entry 3"
        assert self.seal(kept) == "recorded       known, entry 3"
        assert len(kept.sealed()) == 1

    def test_another_report_on_the_same_release_is_another_fact(self, kept: ReleaseDesk) -> None:
        self.seal(kept)
        assert self.seal(kept, "--emergency-label", "till") == "recorded       known, entry 3"
        kept.record("test", kept.folder / "junit.xml")
        assert self.seal(kept) == "recorded       entry 5"

    def test_with_the_forges_records_from_the_same_ledger_it_is_sealed_once(
        self, kept: ReleaseDesk
    ) -> None:
        assert kept.ledger is not None
        about = ("--ledger", kept.ledger.folder, "--name", "firm/shop")
        source = ("--from-export", kept.export, "--record", "--repo", kept.shop.git.path)
        told = ran("collect", "github", "firm/shop", *source, *about[:2], here=kept.folder)
        assert told.status == 0, told.err
        lines = []
        for _ in range(2):
            done = ran(
                "release", "v1.0..v1.1", kept.shop.git.path, "--forge", kept.ledger.folder,
                "--record", *about, here=kept.folder,
            )  # fmt: skip
            assert done.status == 0, done.err
            lines.append(done.out.splitlines())
        (entry,) = kept.sealed()
        assert lines[0][:-1] == lines[1][:-1]
        assert lines[1][-1].startswith("recorded       known, entry ")
        assert "AI review      R4 0 | R3 1 " in "\n".join(lines[0])
        assert entry.kind == "release.sealed.v1"

    def test_a_repository_without_a_name_is_refused_before_the_work(
        self, kept: ReleaseDesk
    ) -> None:
        assert kept.ledger is not None
        out = kept.folder / "release"
        ledger = ("--record", "--ledger", kept.ledger.folder, "--output", out)
        done = ran("release", "v1.1", kept.shop.git.path, *ledger, here=kept.folder)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("affidavit: AFF-USAGE: the repository has no name of its own")
        assert not out.exists()

    @pytest.mark.parametrize("channel", ["append", "socket", "import", "audit", "record"])
    def test_nobody_else_may_write_such_a_fact(self, channel: str) -> None:
        def told(fact: Fact) -> str | None:
            return refusal(fact, channel)

        kind = Fact(kind="release.sealed.v1", stream="x", actor="a", body={})
        stream = Fact(kind="agent.acted.v1", stream="release:x", actor="a", body={})
        why = "kind: release.sealed.v1 is written by affidavit release --record alone"
        assert [told(kind), told(stream)] == [why, why]
        given = Fact(kind="agent.acted.v1", stream="x", actor="a", body={}, id="release:1")
        assert told(given) == "id: ids that begin with release: are made by the program"
