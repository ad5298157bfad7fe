"""Requests of every merge style joined to their landings, in repositories made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.envelope import history
from affidavit.app.envelope.asking import Asked, answered
from affidavit.app.envelope.creating import Wanted, created
from affidavit.base.errors import AffidavitError, UsageError
from affidavit.changes.envelope.ladder import Rung
from gitrepo import BEN, GITHUB, Repo

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.envelope.asking import Answers

TEXT = [f"line {number}\n" for number in range(30)]


def text(**lines: str) -> str:
    """Thirty lines, those of these numbers (such as ``l5``) replaced."""
    return "".join(f"{lines[f'l{n}']}\n" if f"l{n}" in lines else one for n, one in enumerate(TEXT))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"a.txt": text(), "b.txt": text(), "c.txt": "c\n"})
    return made


def opened(repo: Repo, number: int, *files: dict[str, str | None], at: str = "main") -> str:
    """The head of a new request of a commit for each of `files`."""
    for each in files:
        head = repo.commit("Work", author=BEN, branch=f"b{number}", at=at, files=each)
    return repo.ref(f"refs/pull/{number}/head", head)


def landing(repo: Repo, files: dict[str, str | None], message: str = "Work") -> str:
    """A landing on the branch as a forge's squash makes it."""
    return repo.commit(message, author=BEN, committer=GITHUB, files=files)


def joins(repo: Repo, *landings: str) -> Answers:
    asked = Asked(repository=repo.directory, landings=landings, pulls=True)
    return answered(asked)


def rungs(repo: Repo, *landings: str) -> dict[str, tuple[str, str | None]]:
    """Of each landing the rung, and the number of the request."""
    found = {one.landing: one for one in joins(repo, *landings).landings}
    return {
        each: (str(found[each].rung), (found[each].change or "//").split("/")[2] or None)
        for each in landings
    }


def test_a_squash_of_a_branch_that_was_up_to_date_has_its_tree(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")}, {"a.txt": text(l5="FIVE")})
    own = landing(repo, {"a.txt": text(l5="FIVE")})
    assert rungs(repo, own) == {own: ("tree", "1")}


def test_a_squash_onto_a_branch_that_moved_on_in_the_same_file_is_replayed(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    landing(repo, {"a.txt": text(l25="other")})
    own = landing(repo, {"a.txt": text(l5="five", l25="other")})
    assert rungs(repo, own) == {own: ("replay", "1")}


def test_a_merge_commit_is_joined_to_the_head_that_it_merged(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    repo.commit("Else", files={"c.txt": "C\n"})
    own = repo.merge("b1")
    assert rungs(repo, own) == {own: ("replay", "1")}


def test_a_merge_that_brought_more_than_it_merged_does_not_carry(repo: Repo) -> None:
    head = opened(repo, 1, {"a.txt": text(l5="five")})
    own = repo.merge(head, files={"a.txt": text(l5="five"), "c.txt": "evil\n"})
    assert rungs(repo, own) == {own: ("head", "1")}
    assert joins(repo, own).exit_status == 3


def test_rebased_commits_are_one_change_together(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")}, {"b.txt": text(l5="five")})
    repo.commit("Else", files={"c.txt": "C\n"})
    one = landing(repo, {"a.txt": text(l5="five")})
    two = landing(repo, {"b.txt": text(l5="five")})
    assert rungs(repo, one, two) == {one: ("replay", "1"), two: ("replay", "1")}
    assert {each.span for each in joins(repo, one, two).landings} == {2}


def test_a_conflict_that_was_resolved_by_hand_is_joined_by_nothing(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="theirs")})
    landing(repo, {"a.txt": text(l5="ours")})
    own = landing(repo, {"a.txt": text(l5="both")})
    assert rungs(repo, own) == {own: ("none", None)}


def test_a_squash_with_a_line_that_nobody_proposed_is_joined_by_nothing(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    own = landing(repo, {"a.txt": text(l5="five", l6="slipped in")})
    assert rungs(repo, own) == {own: ("none", None)}


def test_a_change_that_was_indented_anew_is_another(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="    return 1")})
    own = landing(repo, {"a.txt": text(l5="  return 1")})
    assert rungs(repo, own) == {own: ("none", None)}


def test_the_title_of_a_squash_joins_by_number_and_is_only_asserted(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="    return 1")})
    own = landing(repo, {"a.txt": text(l5="  return 1")}, message="Return (#1)")
    assert rungs(repo, own) == {own: ("number", "1")}
    assert joins(repo, own).exit_status == 3


def test_a_change_that_landed_was_reverted_and_landed_again_is_neither(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    one = landing(repo, {"a.txt": text(l5="five")})
    back = landing(repo, {"a.txt": text()})
    again = landing(repo, {"a.txt": text(l5="five")})
    told = ("ambiguous", None)
    assert rungs(repo, one, back, again) == {one: told, back: ("none", None), again: told}


def test_a_revert_is_not_the_request_whose_tree_it_restores(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    one = landing(repo, {"a.txt": text(l5="five")})
    landing(repo, {"a.txt": text(l5="six")})
    back = landing(repo, {"a.txt": text(l5="five")})
    assert rungs(repo, one, back) == {one: ("tree", "1"), back: ("none", None)}


def test_a_landing_without_a_change_is_joined_by_nothing(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    landing(repo, {"a.txt": text(l5="five")})
    empty = landing(repo, {})
    assert rungs(repo, empty) == {empty: ("none", None)}


def test_the_same_update_by_two_bots_is_ambiguous(repo: Repo) -> None:
    opened(repo, 1, {"c.txt": "v2\n"})
    landing(repo, {"a.txt": text(l5="other")})
    opened(repo, 2, {"c.txt": "v2\n"})
    own = landing(repo, {"c.txt": "v2\n"})
    assert rungs(repo, own) == {own: ("ambiguous", None)}
    assert joins(repo, own).landings[0].among == ("refs/pull/1/head", "refs/pull/2/head")


def test_stacked_requests_that_land_one_after_the_other_are_told_apart(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    opened(repo, 2, {"a.txt": text(l5="five", l20="twenty")}, at="b1")
    one = landing(repo, {"a.txt": text(l5="five")})
    two = landing(repo, {"a.txt": text(l5="five", l20="twenty")})
    assert rungs(repo, one, two) == {one: ("tree", "1"), two: ("tree", "2")}


def test_what_was_on_the_branch_already_does_not_hide_the_rest(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five"), "b.txt": text(l5="five")})
    landing(repo, {"a.txt": text(l5="five")})
    own = landing(repo, {"b.txt": text(l5="five")})
    assert rungs(repo, own) == {own: ("tree", "1")}


def test_a_port_to_another_branch_does_not_take_the_landing_of_what_it_ports(repo: Repo) -> None:
    repo.branch("release", "main")
    repo.commit("Only there", branch="release", files={"r.txt": "1\n"})
    opened(repo, 1, {"a.txt": text(l5="five")})
    own = landing(repo, {"a.txt": text(l5="five")})
    opened(repo, 2, {"a.txt": text(l5="five")}, at="release")
    repo.merge("release", message="Back")
    assert rungs(repo, own) == {own: ("tree", "1")}


def test_a_request_to_bring_the_branch_elsewhere_does_not_take_its_landings(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    own = landing(repo, {"a.txt": text(l5="five")})
    repo.ref("refs/pull/2/head", own)
    landing(repo, {"c.txt": "more\n"})
    assert rungs(repo, own) == {own: ("tree", "1")}


def test_files_that_were_moved_are_followed_by_the_merge(repo: Repo) -> None:
    opened(repo, 1, {"a.txt": text(l5="five"), "c.txt": "C\n"})
    landing(repo, {"a.txt": None, "moved.txt": text()})
    own = landing(repo, {"moved.txt": text(l5="five"), "c.txt": "C\n"})
    assert rungs(repo, own) == {own: ("replay", "1")}


def made(repo: Repo, base: str, head: str, to: Path) -> Path:
    created(Wanted(repository=repo.directory, base=base, head=head, output=to))
    return to


def with_envelope(repo: Repo, file: Path, own: str) -> tuple[Rung, str | None, tuple[str, ...]]:
    asked = Asked(repository=repo.directory, landings=(own,), envelopes=(file,))
    found = answered(asked)
    one = found.landings[0]
    return one.rung, one.head, tuple(each.why for each in found.refused)


def test_an_envelope_joins_by_itself_where_no_ref_is_kept(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit("Work", branch="b", at="main", files={"a.txt": text(l5="five")})
    file = made(repo, "main", head, tmp_path / "e.json")
    own = landing(repo, {"a.txt": text(l5="five")})
    assert with_envelope(repo, file, own) == (Rung.TREE, head, ())


def test_an_envelope_whose_commits_are_gone_proves_no_position(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit("Work", branch="b", at="main", files={"a.txt": text(l5="five")})
    file = made(repo, "main", head, tmp_path / "e.json")
    repo.loose(head).unlink()
    (repo.directory / "refs/heads/b").unlink()
    own = landing(repo, {"a.txt": text(l5="five")})
    assert with_envelope(repo, file, own) == (Rung.PATCH, head, ())


def test_an_envelope_that_says_otherwise_than_its_commits_is_refused(
    repo: Repo, tmp_path: Path
) -> None:
    good = repo.commit("Good", branch="b", at="main", files={"a.txt": text(l5="five")})
    evil = repo.commit("Evil", branch="c", at="main", files={"a.txt": text(l5="evil")})
    file = made(repo, "main", evil, tmp_path / "e.json")
    file.write_text(file.read_text().replace(evil, good))
    own = landing(repo, {"a.txt": text(l5="evil")})
    why = "its trees are not those of its commits"
    assert with_envelope(repo, file, own) == (Rung.NONE, None, (why,))


@pytest.mark.parametrize(
    "asked",
    [{"landings": ("main",)}, {"pulls": True}, {"pulls": True, "landings": ("b1",)}],
    ids=["to nothing", "no landing", "not on the branch"],
)
def test_what_is_not_said_is_asked_for(repo: Repo, asked: dict[str, object]) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    with pytest.raises(AffidavitError) as refused:
        answered(Asked(repository=repo.directory, **asked))  # type: ignore[arg-type]
    assert refused.value.exit_status == 2


def test_below_the_end_of_a_shallow_clone_nothing_is_joined(repo: Repo, tmp_path: Path) -> None:
    opened(repo, 1, {"a.txt": text(l5="five")})
    own = landing(repo, {"a.txt": text(l5="five")})
    shallow = repo.clone(tmp_path / "shallow", "--depth=1")
    asked = Asked(repository=shallow, landings=(own,), pulls=True)
    assert [one.rung for one in answered(asked).landings] == [Rung.NONE]


def test_more_paths_than_are_held_are_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(repo, 1, {"a.txt": text(l5="five"), "b.txt": text(l5="five")})
    own = landing(repo, {"a.txt": text(l5="five")})
    monkeypatch.setattr(history, "MOST_PATHS", 1)
    with pytest.raises(UsageError, match="more than 1 paths together"):
        joins(repo, own)


def test_a_repository_whose_ids_are_sha_256_is_joined_too(tmp_path: Path) -> None:
    made = Repo(tmp_path / "repo", object_format="sha256")
    made.commit("First", files={"a.txt": text()})
    opened(made, 1, {"a.txt": text(l5="five")})
    landing(made, {"b.txt": text()})
    own = landing(made, {"a.txt": text(l5="five")})
    assert rungs(made, own) == {own: ("replay", "1")}
