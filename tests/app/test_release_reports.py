"""What a release report says of real repositories and a forge with state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.app.release import ledger
from affidavit.app.release.asking import Wanted, asked
from affidavit.app.release.writing import reported
from affidavit.audit.release.model import Approved, Artifact, Commits, Files, Lines, Release
from affidavit.audit.release.span import Relation
from affidavit.base.errors import UsageError
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.value import SourceKind, Strength
from affidavit.cli.progress import Silent
from forges import Forge
from gitrepo import BEN, Repo, git
from histories import BY_CLAUDE, audited
from release_desk import ReleaseDesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ReleaseDesk]:
    with Forge(tmp_path / "forge") as forge:
        yield ReleaseDesk(forge, tmp_path)


class Told(NamedTuple):
    """The commits of a release's landings, newest first, and what is said of the range."""

    landings: list[str]
    relation: Relation
    dropped: int
    outside: int
    again: int


def wanted(repo: Repo | Path, typed: str, *branches: str) -> Wanted:
    path = repo.path if isinstance(repo, Repo) else repo
    return Wanted(repository=path, typed=typed, name="firm/shop", branches=branches)


def report(repo: Repo | Path, typed: str, *branches: str) -> Release:
    with reported(wanted(repo, typed, *branches), None, Silent()) as found:
        return found.release


def of(repo: Repo | Path, typed: str, *branches: str) -> Told:
    found = report(repo, typed, *branches)
    landings = asked(wanted(repo, typed, *branches), Silent()).found.report.landings
    return Told(
        [one.commit for one in landings],
        found.range.relation,
        found.range.dropped.count,
        found.range.outside.count,
        found.population.again,
    )


def shipped(desk: ReleaseDesk, ledger: Home | None = None) -> Release:
    asking = Wanted(
        repository=desk.shop.git.path,
        typed="v1.0..v1.1",
        name="firm/shop",
        forge=desk.export,
        ledger=ledger,
    )
    with reported(asking, None, Silent()) as found:
        return found.release


def between(desk: ReleaseDesk, typed: str) -> Release:
    asking = Wanted(repository=desk.shop.git.path, typed=typed, name="firm/shop", forge=desk.export)
    with reported(asking, None, Silent()) as found:
        return found.release


class TestRange:
    """Which landings belong to a release."""

    def test_tags_on_one_line(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One"), message="First")
        two, three = repo.commit("Two"), repo.commit("Three")
        assert of(repo, "v1..main") == Told([three, two], Relation.ANCESTOR, 0, 0, 0)

    def test_dates_before_the_beginning_do_not_keep_a_landing_out(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One", date="2026-06-01T00:00:00Z"))
        two = repo.commit("Two", date="2020-01-01T00:00:00Z")
        three = repo.commit("Three", date="2026-05-01T00:00:00Z")
        assert of(repo, "v1..main").landings == [three, two]

    def test_a_merge_of_a_branch_from_before_the_beginning(self, repo: Repo) -> None:
        start = repo.commit("One")
        repo.commit("Old work", author=BEN, branch="old", at=start)
        repo.tag("v1", repo.commit("Two"))
        merge = repo.merge("old", message="Merge pull request #4 from firm/old")
        assert of(repo, "v1..main") == Told([merge], Relation.ANCESTOR, 0, 0, 0)
        found = report(repo, "v1..main").population
        assert (found.commits, found.accounted) == (2, 2)

    def test_a_release_branch_that_went_its_own_way_is_told(self, repo: Repo) -> None:
        start = repo.commit("One")
        two = repo.commit("Two")
        fix = repo.commit("Fix", branch="release/1", at=start)
        assert of(repo, "release/1..main") == Told([two], Relation.DIVERGED, 1, 0, 0)
        assert of(repo, "main..release/1") == Told([fix], Relation.DIVERGED, 1, 1, 0)
        assert of(repo, "main..release/1", "main", "release/1").outside == 0
        found = asked(wanted(repo, "main..release/1"), Silent()).found.report.landings
        assert [one.branches for one in found] == [("heads/release/1",)]
        assert report(repo, "release/1..main").range.dropped == Commits(count=1, commits=(fix,))

    def test_a_beginning_that_was_merged_back_is_not_new(self, repo: Repo) -> None:
        start = repo.commit("One")
        repo.tag("v1.1", repo.commit("Fix", branch="release/1", at=start))
        two = repo.commit("Two")
        merge = repo.merge("release/1")
        assert of(repo, "v1.1..main") == Told([merge, two], Relation.ANCESTOR, 0, 0, 1)

    def test_nothing_between_two_ends_is_an_empty_release(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One"))
        two = repo.commit("Two")
        assert of(repo, "main..v1") == Told([], Relation.HELD, 1, 0, 0)
        assert of(repo, "main..main") == Told([], Relation.SAME, 0, 0, 0)
        assert report(repo, "main..v1").range.dropped.commits == (two,)
        assert report(repo, "main..v1").totals.every.changes == 0

    def test_a_landing_is_called_and_graded_as_an_audit_does_it(self, repo: Repo) -> None:
        start = repo.commit("One")
        repo.tag("v1", start)
        repo.commit("Work", author=BEN, branch="side", at=start)
        repo.merge("side", message="Merge pull request #1 from ben/side")
        repo.commit(f"Two\n\n{BY_CLAUDE}")
        found = asked(wanted(repo, "v1..main"), Silent()).found.report
        assert found.landings == audited(repo).landings[:2]

    def test_a_shallow_clone_says_that_it_is_not_whole(self, repo: Repo, tmp_path: Path) -> None:
        for number in range(4):
            repo.commit(str(number))
        shallow = tmp_path / "shallow"
        git("clone", "-q", "--depth=3", f"file://{repo.path}", shallow)
        found = report(shallow, "main~1..main")
        (limit,) = [one for one in found.limits if one.id == "release-incomplete"]
        assert (limit.gap, limit.count, found.population.landings) == (True, 1, 1)
        assert "release-incomplete" not in {one.id for one in report(repo, "main~1..main").limits}

    def test_a_beginning_that_is_not_here_is_refused(self, repo: Repo) -> None:
        one = repo.commit("One")
        repo.commit("Two")
        (repo.directory / "objects" / one[:2] / one[2:]).unlink()
        with pytest.raises(UsageError, match="names no commit"):
            report(repo, f"{one}..main")

    def test_the_same_range_says_the_same_when_the_branch_has_moved_on(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One"))
        repo.tag("v2", repo.commit("Two"))
        before = report(repo, "v1..v2")
        repo.commit("Three", files={"affidavit.toml": '[audit]\nname = "other"\n'})
        assert report(repo, "v1..v2") == before


class TestFiles:
    """The share of AI changes in the released files."""

    def test_files_are_counted_as_they_stand_at_the_end(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One", files={"src/old.py": "1\n", "README": "1\n"}))
        made = {"src/ai.py": "1\n", "src/both.py": "1\n", "gone.py": "1\n"}
        repo.commit(f"By an agent\n\n{BY_CLAUDE}", files=made)
        repo.commit("By hand", files={"src/both.py": "2\n", "docs/a.md": "1\n", "gone.py": None})
        share = report(repo, "v1..main").share
        assert (share.differing, share.gone, share.unsettled) == (3, 0, 0)
        assert share.components == (
            Files(component="src", present=3, changed=2, ai_touched=2, ai_last=1, no_signal=0),
            Files(component="docs", present=1, changed=1, ai_touched=0, ai_last=0, no_signal=1),
            Files(component=".", present=1, changed=0, ai_touched=0, ai_last=0, no_signal=0),
        )
        assert share.every == Files(
            component="", present=5, changed=3, ai_touched=2, ai_last=1, no_signal=1
        )

    def test_what_an_agent_did_before_the_beginning_is_not_counted_again(self, repo: Repo) -> None:
        start = repo.commit("One", files={"a.py": "1\n"})
        made = {"ai.py": "1\n", "both.py": "1\n"}
        repo.commit(f"Fix\n\n{BY_CLAUDE}", branch="release/1", at=start, files=made)
        repo.commit("Two", files={"b.py": "1\n"})
        repo.merge("release/1", files={**made, "both.py": "2\n"})
        share = report(repo, "release/1..main").share
        assert share.every == Files(
            component="", present=4, changed=2, ai_touched=0, ai_last=0, no_signal=2
        )
        assert share.restored == 1

    def test_what_a_squash_brought_is_the_agents(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One", files={"a.py": "1\n"}))
        work = repo.commit(
            f"Work\n\n{BY_CLAUDE}", branch="side", at=repo.resolve("v1"), files={"b.py": "1\n"}
        )
        repo.ref("refs/pull/7/head", work)
        repo.squash("side", "Add b (#7)")
        landing = asked(wanted(repo, "v1..main"), Silent()).found.report.landings[0]
        assert (landing.inner is not None, landing.ai) == (True, True)
        assert report(repo, "v1..main").share.every.ai_touched == 1

    def test_a_landing_whose_tree_is_missing_is_told(self, repo: Repo) -> None:
        repo.tag("v1", repo.commit("One"))
        two = repo.commit("Two", files={"lost/a.py": "1\n"})
        repo.commit("Three", files={"lost/a.py": None, "b.py": "1\n"})
        lost = repo.git("rev-parse", f"{two}:lost").decode().strip()
        (repo.directory / "objects" / lost[:2] / lost[2:]).unlink()
        found = report(repo, "v1..main")
        assert found.share.uncompared.count == 2
        assert any(one.startswith("landings of which") for one in found.unknown)


class TestEvidence:
    """What a forge and a ledger hold about a release."""

    def test_changes_are_counted_with_their_grades_and_approvals(self, desk: ReleaseDesk) -> None:
        totals = shipped(desk).totals
        assert (totals.every.changes, totals.authorship) == (2, {"ai": 1, "no-signal": 1})
        assert totals.ai.approved == Approved(shown=1)
        assert totals.other.approved == Approved(none=1)
        assert totals.ai.grades == {"R4": 0, "R3": 1, "R2": 0, "R1": 0, "R0": 0}
        assert totals.ai.lines == Lines(changes=1, known=1, added=1, removed=0)
        assert [one.agent for one in totals.agents] == ["claude-code"]

    def test_checks_deployments_and_the_release_are_those_of_its_own_commit(
        self, desk: ReleaseDesk
    ) -> None:
        found = shipped(desk)
        told = [(one.name, one.success, one.on, one.commit) for one in found.checks.values]
        assert told == [
            ("scan", Answer.NO, "release", desk.second),
            ("test", Answer.YES, "release", desk.second),
        ]
        (made,) = found.deployments.values
        assert (made.environment, made.status, made.exact) == ("production", "success", True)
        assert found.published.value is not None
        assert (found.published.value.tag, found.published.value.commit) == ("v1.1", desk.second)
        assert found.published.strength is Strength.RECORDED
        assert "deployments-after-the-period" not in {one.id for one in found.limits}

    def test_without_a_forge_and_a_ledger_all_that_they_hold_is_unknown(
        self, desk: ReleaseDesk
    ) -> None:
        found = report(desk.shop.git.path, "v1.0..v1.1")
        whys = (found.checks.why, found.deployments.why, found.published.why)
        assert whys == ("no records of a forge were given",) * 3
        assert (found.results.why, found.artifacts.why) == ("no ledger was given",) * 2
        assert found.totals.every.approved == Approved(unknown=2)
        assert found.unknown == (
            "whether somebody approved is unknown of 2 of 2 changes",
            "how many lines changed is unknown of 2 of 2 changes",
            "checks of the released commit: no records of a forge were given",
            "tests, scans and other results: no ledger was given",
            "deployments of the released commit: no records of a forge were given",
            "provenance of artefacts: no ledger was given",
            "the forge's release: no records of a forge were given",
        )

    def test_results_and_builds_stand_with_their_entries(
        self, desk: ReleaseDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.with_ledger(monkeypatch)
        found = shipped(desk, desk.ledger)
        assert [one.kind for one in found.results.values] == [
            "test.reported.v1",
            "build.attested.v1",
        ]
        (built,) = found.artifacts.items
        assert built.source is not None
        assert (built.strength, built.source.kind) == (Strength.ASSERTED, SourceKind.LEDGER)
        assert built.value == Artifact(
            digests=("sha256:" + "a" * 64,),
            more=0,
            commit=desk.second,
            statements=1,
            names_commit=Answer.YES,
            signatures_checked=False,
            finished="2026-11-21T12:00:00Z",
            recorded_at=built.value.recorded_at if built.value else "",
        )
        assert found.unknown == ()

    def test_a_ledger_that_holds_nothing_of_it_is_none_recorded_not_unknown(
        self, desk: ReleaseDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.with_ledger(monkeypatch)
        asking = Wanted(
            repository=desk.shop.git.path, typed="..v1.0", name="firm/shop", ledger=desk.ledger
        )
        with reported(asking, None, Silent()) as found:
            results, artifacts = found.release.results, found.release.artifacts
        assert (results.items, results.why, artifacts.items, artifacts.why) == ((), None, (), None)

    def test_a_commit_that_the_forge_did_not_release_and_knows_no_checks_of(
        self, desk: ReleaseDesk
    ) -> None:
        found = between(desk, "v1.0..v1.1~1")
        assert (found.published.value, found.published.strength) == (None, Strength.RECORDED)
        assert (found.deployments.items, found.deployments.why) == ((), None)

    def test_what_was_not_collected_is_unknown_not_none(self, desk: ReleaseDesk) -> None:
        desk.export.unlink()
        desk.found(sections=("repository", "pull_requests"))
        found = between(desk, "v1.0..v1.1~1")
        assert [found.checks.why, found.deployments.why, found.published.why] == [
            f"{one} were not collected whole" for one in ("checks", "deployments", "releases")
        ]

    def test_a_fact_about_another_commit_with_the_same_tree_names_that_commit(
        self, desk: ReleaseDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.with_ledger(monkeypatch)
        desk.shop.direct(desk.ann, "Nothing changed", {})
        same = desk.shop.heads["main"]
        desk.record("test", desk.folder / "junit.xml", commit=same)
        commits = [one.commit for one in shipped(desk, desk.ledger).results.values]
        assert commits == [desk.second, desk.second, same]

    def test_facts_beyond_those_that_are_told_are_counted(
        self, desk: ReleaseDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.with_ledger(monkeypatch)
        monkeypatch.setattr(ledger, "MOST", 1)
        found = shipped(desk, desk.ledger)
        assert (len(found.results.items), found.results.why) == (
            1,
            "the ledger has 1 more about it",
        )

    def test_a_landing_is_dated_and_graded_as_an_audit_with_the_same_records_does_it(
        self, desk: ReleaseDesk
    ) -> None:
        asking = Wanted(
            repository=desk.shop.git.path, typed="v1.0..v1.1", name="firm/shop", forge=desk.export
        )
        request = Request(
            repository=desk.shop.git.path,
            name="firm/shop",
            forge=desk.export,
            bounds=Bounds(since=0),
        )
        everything = audit(request, Silent()).landings
        assert asked(asking, Silent()).found.report.landings == everything[:2]

    def test_a_deployment_of_something_else_is_no_exception_of_the_release(
        self, desk: ReleaseDesk
    ) -> None:
        other = desk.opened("other.py").head_oid
        desk.shop.deployed(desk.shop.deploy(desk.ben, other, "staging"), "success", by=desk.ben)
        desk.shop.direct(desk.ann, "Later", {"later.py": "1\n"})
        desk.shop.release(desk.ann, "v1.2", desk.shop.heads["main"])
        desk.found()
        asking = Wanted(
            repository=desk.shop.git.path, typed="v1.0..v1.2", name="firm/shop", forge=desk.export
        )
        with reported(asking, None, Silent()) as found:
            named = {one.commit for one in found.release.exceptions}
        assert other not in named
        assert desk.second in named

    def test_a_release_that_cuts_a_rebased_request_has_the_landings_after_the_cut(
        self, desk: ReleaseDesk
    ) -> None:
        pull = desk.opened("a.py", message="One")
        pull.commit(desk.ann, "Two", {"b.py": "1\n"})
        pull.review(desk.ben)
        pull.merge(desk.ben, "rebase")
        last = desk.shop.heads["main"]
        before = git("rev-parse", f"{last}^", cwd=desk.shop.git.path).decode().strip()
        desk.shop.release(desk.ann, "v1.2", before)
        desk.found()
        asking = Wanted(
            repository=desk.shop.git.path,
            typed="v1.2..main",
            name="firm/shop",
            forge=desk.export,
        )
        (change,) = asked(asking, Silent()).found.changes
        assert [(one.commit, one.kind) for one in change.landings] == [(last, "rebase")]
