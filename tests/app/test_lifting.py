"""Notes of git-ai carried to squashes, in repositories made for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.envelope import behind, texts
from affidavit.app.envelope.ai_note import write
from affidavit.app.envelope.lifting import Landing, Lifted, RefusedNote, lifted
from affidavit.base.errors import GitFailedError
from affidavit.changes.envelope.ladder import Rung
from affidavit.provenance.gitai import read
from affidavit.provenance.gitai_log import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import GITHUB, Repo

if TYPE_CHECKING:
    from pathlib import Path

AI = "refs/notes/ai"
ONE = "s_11111111111111"
TWO = "s_22222222222222"
TRACE = "::t_aaaaaaaaaaaaaa"
LINES = [f"line {number}\n" for number in range(1, 21)]
NO_NOTES = "no note on the commits behind it has lines"


def text(lines: dict[int, str] | None = None, *, more: str = "") -> str:
    """Twenty lines, those of these numbers replaced, and more after them."""
    return "".join((lines or {}).get(n, one) for n, one in enumerate(LINES, 1)) + more


def ai_note(files: dict[str, dict[str, str]], **agents: object) -> str:
    """A note with these ranges by path and session."""
    shown = [
        f"{path}\n" + "".join(f"  {key}{TRACE} {spans}\n" for key, spans in keyed.items())
        for path, keyed in files.items()
    ]
    keys = sorted({key for keyed in files.values() for key in keyed})
    sessions = {
        key: agents.get(key, {"agent_id": {"tool": "claude", "id": key, "model": "m"}})
        for key in keys
    }
    said = {"schema_version": "authorship/3.0.0", "prompts": {}, "sessions": sessions}
    return f"{''.join(shown)}---\n{json.dumps(said)}"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"a.py": text(), "b.py": text()})
    return made


def work(repo: Repo, files: dict[str, str | None], note: str | None = None) -> str:
    """A commit on the branch `work`, and the note on it."""
    id_ = repo.commit("Work", branch="work", at="main", files=files)
    if note is not None:
        repo.note(AI, id_, note)
    return id_


def carry(repo: Repo, landing: str, rung: Rung = Rung.TREE, span: int = 1) -> Lifted:
    store = locate(repo.directory)
    refs = read_refs(store)
    wanted = Landing(commit=landing, head=repo.resolve("work"), rung=rung, span=span)
    with PrivateGit(store, refs) as git:
        return lifted(git, refs, wanted)


def spans(found: Lifted) -> dict[str, dict[str, list[tuple[int, ...]]]]:
    """By path and session the ranges of the note."""
    assert found.note is not None, found
    files = parse(found.note.encode()).files
    return {
        path: {key.partition("::")[0]: [tuple(one) for one in each] for key, each in keyed.items()}
        for path, keyed in files.items()
    }


def squash(repo: Repo) -> str:
    return repo.squash("work", "Work (#1)")


def test_notes_of_several_commits_come_to_the_squash(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "by one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    later = {1: "by two\nby two\n", 5: "by one\n"}
    work(repo, {"a.py": text(later)}, ai_note({"a.py": {TWO: "1-2"}}))
    found = carry(repo, squash(repo))
    assert spans(found) == {"a.py": {TWO: [(1, 2)], ONE: [(6, 6)]}}
    assert (found.commits, found.notes, found.attested, found.brought) == (2, 2, 3, 3)
    assert (found.lines, found.refused) == (3, ())


def test_the_note_makes_the_claims_that_the_notes_behind_it_made(repo: Repo) -> None:
    notes = [ai_note({"a.py": {ONE: "5"}}), ai_note({"b.py": {TWO: "3-4"}})]
    commits = [
        work(repo, {"a.py": text({5: "by one\n"})}, notes[0]),
        work(repo, {"b.py": text({3: "by two\n", 4: "by two\n"})}, notes[1]),
    ]
    own = squash(repo)
    found = carry(repo, own).note or ""
    told = [read(own, note.encode(), source=AI).claims for note in (*notes, found)]
    who = [[(one.agent, one.model, one.session, one.rule) for one in each] for each in told]
    assert who[2] == who[0] + who[1]
    assert len(commits) == len(told[2])


def test_a_line_that_a_later_commit_wrote_anew_is_dropped(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n", 7: "one\n"})}, ai_note({"a.py": {ONE: "5,7"}}))
    work(repo, {"a.py": text({5: "by hand\n", 7: "one\n"})})
    found = carry(repo, squash(repo))
    assert (spans(found), found.lines, found.brought) == ({"a.py": {ONE: [(7, 7)]}}, 1, 2)


def test_lines_that_were_moved_within_a_file_are_dropped(repo: Repo) -> None:
    work(repo, {"a.py": text({2: "x\ny\nz\n"})}, ai_note({"a.py": {ONE: "2-4"}}))
    work(repo, {"a.py": text({2: "", 19: "x\ny\nz\n"})})
    assert carry(repo, squash(repo)).why == "no line arrived"


def test_a_file_that_is_deleted_takes_its_lines_along(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"}), "n.py": "n\n"}, ai_note({"n.py": {ONE: "1"}}))
    work(repo, {"n.py": None})
    assert carry(repo, squash(repo)).why == "no line arrived"


@pytest.mark.parametrize(("end", "last"), [("", 4), ("\r\n", 3)], ids=["as it was", "new end"])
def test_lines_with_cr_lf_and_no_last_line_feed_come_along(repo: Repo, end: str, last: int) -> None:
    body = "one\r\ntwo\r\nthree"
    work(repo, {"n.py": body}, ai_note({"n.py": {ONE: "1-3"}}))
    work(repo, {"n.py": f"zero\r\n{body}{end}"})
    assert spans(carry(repo, squash(repo))) == {"n.py": {ONE: [(2, last)]}}


def test_ends_of_lines_that_change_make_other_lines(repo: Repo) -> None:
    work(repo, {"n.py": "one\ntwo\n"}, ai_note({"n.py": {ONE: "1-2"}}))
    work(repo, {"n.py": "one\r\ntwo\r\n"})
    assert carry(repo, squash(repo)).why == "no line arrived"


def test_a_merge_of_the_base_moves_the_lines_and_brings_none(repo: Repo) -> None:
    work(repo, {"a.py": text({9: "one\n"})}, ai_note({"a.py": {ONE: "9"}}))
    theirs = text({1: "base\nbase\n"})
    base = repo.commit("Else", files={"a.py": theirs})
    repo.note(AI, base, ai_note({"a.py": {TWO: "1-2"}}))
    both = text({1: "base\nbase\n", 9: "one\n"})
    repo.merge("main", branch="work", files={"a.py": both})
    assert spans(carry(repo, squash(repo))) == {"a.py": {ONE: [(10, 10)]}}


def test_a_branch_merged_into_the_work_brings_its_notes(repo: Repo) -> None:
    work(repo, {"a.py": text({9: "one\n"})}, ai_note({"a.py": {ONE: "9"}}))
    side = repo.commit("Side", branch="side", at="main", files={"a.py": text({2: "two\n\n"})})
    repo.note(AI, side, ai_note({"a.py": {TWO: "2-3"}}))
    repo.merge("side", branch="work", files={"a.py": text({2: "two\n\n", 9: "one\n"})})
    assert spans(carry(repo, squash(repo))) == {"a.py": {ONE: [(10, 10)], TWO: [(2, 3)]}}


def test_a_squash_onto_a_branch_that_moved_on_is_followed_where_it_was_replayed(
    repo: Repo,
) -> None:
    work(repo, {"a.py": text({9: "one\n"}), "b.py": text({9: "one\n"})})
    head = repo.resolve("work")
    repo.note(AI, head, ai_note({"a.py": {ONE: "9"}, "b.py": {ONE: "9"}}))
    repo.commit("Else", files={"a.py": text({1: "base\nbase\n"})})
    landed = {"a.py": text({1: "base\nbase\n", 9: "one\n"}), "b.py": text({9: "one\n"})}
    own = repo.commit("Work (#1)", committer=GITHUB, files=landed)
    replayed = spans(carry(repo, own, Rung.REPLAY))
    assert replayed == {"a.py": {ONE: [(10, 10)]}, "b.py": {ONE: [(9, 9)]}}
    assert spans(carry(repo, own, Rung.MERGE_SHA)) == {"b.py": {ONE: [(9, 9)]}}


def test_what_the_branch_had_already_is_not_of_the_squash(repo: Repo) -> None:
    work(repo, {"a.py": text({9: "one\n"}), "n.py": "n\n"})
    note = ai_note({"a.py": {ONE: "9"}, "n.py": {ONE: "1"}})
    repo.note(AI, "work", note)
    repo.commit("Picked", files={"a.py": text({9: "one\n"})})
    own = repo.commit("Work (#1)", committer=GITHUB, files={"n.py": "n\n"})
    assert spans(carry(repo, own)) == {"n.py": {ONE: [(1, 1)]}}


def test_a_note_is_good_for_the_lines_of_its_commit_alone(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "by hand\n"})})
    work(repo, {"a.py": text({5: "by hand\n", 9: "one\n"})}, ai_note({"a.py": {ONE: "5,9"}}))
    found = carry(repo, squash(repo))
    assert (spans(found), found.attested, found.brought) == ({"a.py": {ONE: [(9, 9)]}}, 2, 1)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"a.py": {ONE: "21"}}, "it tells of a line past the end of a.py, of 20 lines"),
        ({"b.py": {ONE: "1"}}, "its commit brings nothing to b.py"),
        ({"c.png": {ONE: "1"}}, "c.png is no text that is followed"),
        ({"a.py": {ONE: "5", TWO: "5"}}, "it says two things of one line of a.py"),
    ],
)
def test_a_note_that_does_not_fit_its_commit_is_refused_by_name(
    repo: Repo, files: dict[str, dict[str, str]], why: str
) -> None:
    work(repo, {"a.py": text({7: "two\n"})}, ai_note({"a.py": {TWO: "7"}}))
    changed: dict[str, str | None] = {"a.py": text({5: "one\n", 7: "two\n"}), "c.png": "\0"}
    odd = work(repo, changed, ai_note(files))
    found = carry(repo, squash(repo))
    assert found.refused == (RefusedNote(odd, why),)
    assert (spans(found), found.notes) == ({"a.py": {TWO: [(7, 7)]}}, 1)


def test_a_note_in_another_form_is_refused_by_name(repo: Repo) -> None:
    odd = work(repo, {"a.py": text({5: "one\n"})}, "anything")
    found = carry(repo, squash(repo))
    assert (found.refused, found.why) == ((RefusedNote(odd, "it has no line ---"),), NO_NOTES)


def test_a_note_that_is_too_large_is_refused_by_name(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    monkeypatch.setattr("affidavit.sources.git.notes.NOTE_BYTES", 10)
    assert carry(repo, own).refused == (RefusedNote(odd, "it cannot be read"),)


def test_two_notes_that_differ_on_a_session_give_none(repo: Repo) -> None:
    other = {"agent_id": {"tool": "codex", "id": "x", "model": "m"}}
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    note = ai_note({"b.py": {ONE: "5"}}, **{ONE: other})
    work(repo, {"b.py": text({5: "one\n"})}, note)
    found = carry(repo, squash(repo))
    assert (found.note, found.why) == (None, f"two notes say different things of who {ONE} is")


def test_two_sides_of_a_merge_that_differ_on_a_line_give_none(repo: Repo) -> None:
    body: dict[str, str | None] = {"a.py": text({5: "same\n"})}
    work(repo, body, ai_note({"a.py": {ONE: "5"}}))
    side = repo.commit("Side", branch="side", at="main", files=body)
    repo.note(AI, side, ai_note({"a.py": {TWO: "5"}}))
    repo.merge("side", branch="work", files=body)
    found = carry(repo, squash(repo))
    assert (found.note, found.why) == (None, "two notes say different things of one line of a.py")


def test_a_note_that_is_there_is_never_written_over(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    repo.note(AI, own, ai_note({}))
    why = "it has a note of git-ai already, and that is never written over"
    assert carry(repo, own) == Lifted(why=why)


@pytest.mark.parametrize(
    ("rung", "span", "why"),
    [
        (Rung.PATCH, 1, "its rung does not carry"),
        (Rung.HEAD, 1, "its rung does not carry"),
        (Rung.TREE, 2, "it landed as several commits"),
    ],
)
def test_only_one_landing_by_a_rung_that_carries_gets_a_note(
    repo: Repo, rung: Rung, span: int, why: str
) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    assert carry(repo, squash(repo), rung, span) == Lifted(why=why)


def test_a_merge_keeps_the_notes_of_its_commits_and_needs_none(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    why = "it is no squash: the commits behind it are on the branch themselves"
    assert carry(repo, repo.merge("work")) == Lifted(why=why)


def test_without_notes_there_is_none(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"})})
    assert carry(repo, squash(repo)) == Lifted(why=NO_NOTES, commits=1)


@pytest.mark.parametrize(
    ("where", "bound", "why"),
    [
        (behind, "MOST_COMMITS", "more than 1 commits are behind it"),
        (texts, "MOST_BYTES", "the files of a landing have more than 1 bytes together"),
    ],
)
def test_what_is_too_much_gets_none(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, where: object, bound: str, why: str
) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    work(repo, {"b.py": text({5: "one\n"})})
    own = squash(repo)
    monkeypatch.setattr(where, bound, 1)
    assert carry(repo, own).why == why


def test_a_file_that_is_not_there_any_more_gives_no_line(repo: Repo) -> None:
    odd = work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    repo.loose(repo.blob(text({5: "one\n"}))).unlink()
    assert carry(repo, own).refused == (RefusedNote(odd, "a.py is no text that is followed"),)


def test_the_same_landing_gives_the_same_note(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    assert carry(repo, own) == carry(repo, own)


def test_what_is_written_is_a_note_beside_the_others(repo: Repo) -> None:
    first = work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    note = carry(repo, own).note or ""
    write(repo.directory, own, note, repo.resolve(AI))
    assert repo.git("cat-file", "blob", f"{AI}:{own}").decode() == note
    assert repo.git("notes", f"--ref={AI}", "list").decode().count(first) == 1


def test_notes_that_others_changed_meanwhile_are_left_alone(repo: Repo) -> None:
    work(repo, {"a.py": text({5: "one\n"})}, ai_note({"a.py": {ONE: "5"}}))
    own = squash(repo)
    before = repo.resolve(AI)
    newest = repo.note(AI, "main", ai_note({}))
    with pytest.raises(GitFailedError, match="could not write"):
        write(repo.directory, own, "note\n", before)
    assert repo.resolve(AI) == newest
