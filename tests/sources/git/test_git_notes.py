from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from affidavit.sources.git import notes as notes_module
from affidavit.sources.git.locate import locate
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import Entry, Repo

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reader(NamedTuple):
    git: PrivateGit
    objects: Objects

    def notes(self, ref_id: str) -> dict[str, tuple[str, ...]]:
        return notes(self.git, self.objects, ref_id)


@pytest.fixture
def reader(repo: Repo) -> Iterator[Reader]:
    store = locate(repo.path)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        yield Reader(git, objects)


@pytest.mark.parametrize("fanout", [False, True])
def test_a_note_is_found_by_its_commit(repo: Repo, reader: Reader, *, fanout: bool) -> None:
    ids = [repo.commit(f"{number}") for number in range(3)]
    for number, id_ in enumerate(ids):
        top = repo.note("refs/notes/ai", id_, f"note {number}", fanout=fanout)
    listed = reader.notes(top)
    assert dict(note_bodies(reader.objects, listed)) == {
        ids[0]: b"note 0",
        ids[1]: b"note 1",
        ids[2]: b"note 2",
    }


def test_git_itself_writes_notes_that_are_found(repo: Repo, reader: Reader) -> None:
    ids = [repo.commit(f"{number}") for number in range(3)]
    for id_ in ids:
        repo.git("notes", "--ref=ai", "add", "-m", f"on {id_}", id_)
    listed = reader.notes(repo.resolve("refs/notes/ai"))
    bodies = dict(note_bodies(reader.objects, listed))
    assert bodies == {id_: f"on {id_}\n".encode() for id_ in ids}


def a_note(repo: Repo, *paths: str, blob: str | None = None) -> str:
    """A commit whose tree holds a note at each of `paths`; each says where it lies."""
    files = {path: Entry("100644", blob or repo.blob(path)) for path in paths}
    return repo.commit("Notes", parents=[], files=files, branch="notes")


def test_folders_may_be_of_any_depth_and_mixed(repo: Repo, reader: Reader) -> None:
    a, b, c = "a" * 40, "b" * 40, "c" * 40
    paths = [a, f"bb/{b[2:]}", "/".join("c" * 2 for _ in range(20))]
    listed = reader.notes(a_note(repo, *paths))
    assert dict(note_bodies(reader.objects, listed)) == {
        commit: path.encode() for commit, path in zip((a, b, c), paths, strict=True)
    }


def test_all_notes_on_a_commit_are_read_the_one_nearest_the_root_first(
    repo: Repo, reader: Reader
) -> None:
    a = "a" * 40
    listed = reader.notes(a_note(repo, f"aa/{a[2:]}", a, f"aa/aa/{a[4:]}"))
    assert list(note_bodies(reader.objects, listed)) == [
        (a, a.encode()),
        (a, f"aa/{a[2:]}".encode()),
        (a, f"aa/aa/{a[4:]}".encode()),
    ]


def test_a_folder_in_itself_many_times_over_is_read_within_bounds(
    repo: Repo, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes_module, "MAX_FOLDERS", 600)
    tree = repo.tree({})
    for _ in range(4):
        tree = repo.tree({b"%02x" % number: Entry("40000", tree) for number in range(256)})
    top = repo.commit("Notes", parents=[], files={"aa": Entry("40000", tree)}, branch="notes")
    assert reader.notes(top) == {}
    assert [limit.id for limit in reader.objects.limits] == ["too-many-notes"]


def test_what_is_no_note_is_passed_over(repo: Repo, reader: Reader) -> None:
    a = "a" * 40
    paths = [a, "README", "aaa/" + "b" * 37, "zz/" + "b" * 38, "bb/" + "b" * 37, "c" * 42]
    files = {path: Entry("100644", repo.blob(path)) for path in paths}
    files["d" * 40] = Entry("120000", repo.blob("link"))
    files["ee/" + "/".join(["ee"] * 20)] = Entry("100644", repo.blob("deep"))
    top = repo.commit("Notes", parents=[], files=files, branch="notes")
    assert list(reader.notes(top)) == [a]


def test_upper_case_names_are_folded(repo: Repo, reader: Reader) -> None:
    assert list(reader.notes(a_note(repo, "AA/" + "B" * 38))) == ["aa" + "b" * 38]


def test_a_notes_ref_may_be_a_tag_and_may_be_nothing(repo: Repo, reader: Reader) -> None:
    a_note(repo, "a" * 40)
    tag = repo.tag("n", at="notes", message="Notes")
    assert list(reader.notes(tag)) == ["a" * 40]
    assert reader.notes(repo.blob("nothing")) == {}
    assert reader.notes("e" * 40) == {}


def test_what_leads_to_no_commit_is_named_by_its_id(repo: Repo, reader: Reader) -> None:
    blob, tree, absent = repo.blob("nothing"), repo.tree({}), "e" * 40
    assert [reader.notes(one) for one in (blob, tree, absent)] == [{}, {}, {}]
    assert [(one.id, one.items, one.gap) for one in reader.objects.limits] == [
        ("missing-objects", (absent,), True),
        ("damaged-objects", (blob,), True),
        ("damaged-objects", (tree,), True),
    ]


def test_a_tag_of_no_commit_is_named_itself(repo: Repo, reader: Reader) -> None:
    body = f"object {repo.blob('nothing')}\ntype blob\ntag odd\n\n"
    tag = repo.object("tag", body.encode())
    assert reader.notes(tag) == {}
    assert [(one.id, one.items) for one in reader.objects.limits] == [("damaged-objects", (tag,))]


def test_a_missing_folder_costs_its_notes_only(repo: Repo, reader: Reader) -> None:
    top = a_note(repo, "a" * 40, "bb/" + "b" * 38)
    body = next(iter(repo.git("ls-tree", top, "bb").split(b"\n")))
    repo.loose(body.split()[2].decode()).unlink()
    assert list(reader.notes(top)) == ["a" * 40]
    assert [limit.id for limit in reader.objects.limits] == ["missing-objects"]


def test_a_note_that_is_too_large_is_named(
    repo: Repo, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes_module, "NOTE_BYTES", 50)
    a, b = "a" * 40, "b" * 40
    files = {a: "x" * 51, b: "y" * 50}
    listed = reader.notes(repo.commit("Notes", parents=[], files=files, branch="notes"))
    assert list(note_bodies(reader.objects, listed)) == [(b, b"y" * 50)]
    assert [(limit.id, limit.items, limit.gap) for limit in reader.objects.limits] == [
        ("notes-too-large", (a,), True)
    ]


def test_a_note_that_is_a_tree_or_absent_is_none(repo: Repo, reader: Reader) -> None:
    absent, tree = "a" * 40, "b" * 40
    files = {absent: Entry("100644", "e" * 40), tree: Entry("100644", repo.tree({}))}
    listed = reader.notes(repo.commit("Notes", parents=[], files=files, branch="notes"))
    assert list(note_bodies(reader.objects, listed)) == []


@pytest.mark.parametrize("bound", ["MAX_NOTES", "MAX_FOLDERS"])
def test_the_number_of_notes_is_bounded(
    repo: Repo, reader: Reader, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(notes_module, bound, 3)
    paths = [f"{n:02x}/{n:02x}/" + "a" * 36 for n in range(9)] + [f"{n:02x}" * 20 for n in range(9)]
    listed = reader.notes(a_note(repo, *paths))
    assert len(listed) <= 9
    assert [limit.id for limit in reader.objects.limits] == ["too-many-notes"]
