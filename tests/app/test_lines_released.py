"""The commit of a release: by its tag, or by the releases that a forge's records have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import NotShippedError, UsageError
from affidavit.changes.record.value import Source, SourceKind
from forge_exports import export
from forgelines import AT, ORIGIN
from shipped_lines import at, commit_at, limits_at, opened_at, release

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

EARLY, LATE = "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
SECTIONS = ("pull_requests", "releases")


@pytest.fixture
def tagged(repo: Repo) -> Repo:
    """Two tags on the main branch, one of a branch beside it, and a landing after them."""
    repo.commit("One", files={"a": "1"})
    repo.tag("v1", "main", message="The first")
    repo.commit("Fix", branch="old", at="main", files={"a": "1.1"})
    repo.tag("v1.1", "old")
    repo.commit("Two", files={"a": "2"})
    repo.tag("v2", "main")
    repo.tag("v2-also", "main")
    repo.commit("Three", files={"a": "3"})
    return repo


@pytest.mark.parametrize("spelled", ["v1", "tags/v1", "refs/tags/v1"])
def test_an_annotated_tag_stands_for_its_commit(tagged: Repo, spelled: str) -> None:
    found = opened_at(tagged, release=spelled)
    assert found.head == tagged.parents(tagged.parents("main")[0])[0]
    assert (at(found).kind, at(found).name, at(found).latest, at(found).time) == (
        "release",
        "v1",
        False,
        None,
    )
    assert at(found).source == Source(kind=SourceKind.TAG, at="refs/tags/v1")


def test_a_tag_wins_over_a_branch_of_its_name(tagged: Repo) -> None:
    tagged.branch("v1", "main")
    assert commit_at(tagged, release="v1") != tagged.resolve("main")


def test_the_latest_is_the_newest_landing_with_a_tag(tagged: Repo) -> None:
    found = opened_at(tagged, release="latest")
    assert found.head == tagged.parents("main")[0]
    assert (at(found).name, at(found).latest) == ("v2-also", True)
    assert limits_at(tagged, release="latest") == [("tags-elsewhere", ("v1.1",), False)]


def test_the_head_itself_may_be_the_latest(repo: Repo) -> None:
    repo.commit("One")
    repo.tag("v1", "main")
    assert commit_at(repo, release="latest") == repo.resolve("main")


def test_a_tag_called_latest_is_given_as_a_ref(tagged: Repo) -> None:
    tagged.tag("latest", "old")
    assert commit_at(tagged, release="tags/latest") == tagged.resolve("old")
    assert opened_at(tagged, release="latest").head != tagged.resolve("old")


def test_by_a_forges_records_the_latest_is_what_was_published_last(
    tagged: Repo, tmp_path: Path
) -> None:
    made = [
        release(1, "v2", EARLY),
        release(2, "v1.1", LATE),
        release(3, "v2-also", "2026-04-01T00:00:00Z", draft=True),
        release(4, "v1", "2026-05-01T00:00:00Z", gone_at="2026-06-01T00:00:00Z"),
    ]
    forge = export(tmp_path / "f.jsonl", made, SECTIONS)
    found = opened_at(tagged, release="latest", forge=forge)
    assert found.head == tagged.resolve("old")
    assert (at(found).name, at(found).latest, at(found).time) == ("v1.1", True, LATE)
    assert at(found).source == Source(
        kind=SourceKind.FORGE, at=ORIGIN.url, digest=ORIGIN.digest, fetched_at=AT
    )
    assert limits_at(tagged, release="latest", forge=forge) == []


def test_a_release_is_found_by_its_title(tagged: Repo, tmp_path: Path) -> None:
    forge = export(tmp_path / "f.jsonl", [release(7, "v1.1", LATE)], SECTIONS)
    found = opened_at(tagged, release="Version 7", forge=forge)
    assert (found.head, at(found).name, at(found).time) == (tagged.resolve("old"), "v1.1", LATE)


def test_a_tag_without_a_release_is_known_by_itself(tagged: Repo, tmp_path: Path) -> None:
    forge = export(tmp_path / "f.jsonl", [release(7, "v1.1", LATE)], SECTIONS)
    found = opened_at(tagged, release="v2", forge=forge)
    assert (at(found).time, at(found).source.kind) == (None, SourceKind.TAG)


def test_releases_that_are_not_known_whole_are_a_gap_of_the_latest(
    tagged: Repo, tmp_path: Path
) -> None:
    forge = export(tmp_path / "f.jsonl", [release(7, "v1.1", LATE)], ("pull_requests",))
    assert limits_at(tagged, release="latest", forge=forge) == [
        ("release-unsure", ("releases were not collected whole",), True)
    ]
    assert limits_at(tagged, release="v1", forge=forge) == []


def test_records_without_a_release_leave_the_latest_to_the_tags(
    tagged: Repo, tmp_path: Path
) -> None:
    forge = export(tmp_path / "f.jsonl", [], SECTIONS)
    assert at(opened_at(tagged, release="latest", forge=forge)).name == "v2-also"


def test_two_releases_of_one_title_are_told_apart_by_their_tags(
    tagged: Repo, tmp_path: Path
) -> None:
    made = [release(1, "v1", EARLY, name="Same"), release(2, "v2", LATE, name="Same")]
    forge = export(tmp_path / "f.jsonl", made, SECTIONS)
    with pytest.raises(UsageError, match="'Same' is the title of several releases: v2, v1"):
        opened_at(tagged, release="Same", forge=forge)


def test_a_name_of_no_release_is_refused_with_those_there_are(tagged: Repo) -> None:
    with pytest.raises(UsageError) as refused:
        opened_at(tagged, release="v9\x1b")
    assert str(refused.value) == (
        "no tag or release is called 'v9\\\\u001b' (AFF-USAGE: there are v2-also, v2, v1.1, v1)"
    )


def test_a_branch_is_no_release(tagged: Repo) -> None:
    with pytest.raises(UsageError, match="no tag or release is called 'main'"):
        opened_at(tagged, release="main")


@pytest.mark.parametrize("wanted", ["v3", "latest", "Version 3"])
def test_a_release_whose_tag_is_not_here_cannot_be_told(
    tagged: Repo, tmp_path: Path, wanted: str
) -> None:
    forge = export(tmp_path / "f.jsonl", [release(3, "v3", LATE)], SECTIONS)
    why = "the forge has a release of v3, and the tag is not in this clone"
    with pytest.raises(NotShippedError, match=why):
        opened_at(tagged, release=wanted, forge=forge)


def test_a_tag_of_a_file_is_no_commit(tagged: Repo) -> None:
    tagged.ref("refs/tags/odd", tagged.blob("x"))
    with pytest.raises(NotShippedError, match="the tag odd leads to no commit"):
        opened_at(tagged, release="odd")


def test_without_a_tag_there_is_no_latest(repo: Repo) -> None:
    repo.commit("One")
    with pytest.raises(NotShippedError, match="this clone has no tags"):
        opened_at(repo, release="latest")
    with pytest.raises(UsageError, match="there is none; git fetch --tags"):
        opened_at(repo, release="v1")


def test_tags_beside_the_main_branch_make_no_latest(repo: Repo) -> None:
    repo.commit("One")
    repo.commit("Fix", branch="old", at="main")
    for number in range(7):
        repo.tag(f"v{number}", "old")
    with pytest.raises(NotShippedError) as refused:
        opened_at(repo, release="latest")
    assert refused.value.hint.endswith(": v6, v5, v4, v3, v2 and 2 more")
