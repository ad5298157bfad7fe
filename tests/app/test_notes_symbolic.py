"""Notes are written to their own ref, never through it to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.envelope.ai_note import write_all
from affidavit.base.errors import OutputError
from gitrepo import BEN, Repo
from histories import ran
from noted_squashes import AI, ONE, ai_note, lost_branch, text
from recordedwork import SESSION, note

if TYPE_CHECKING:
    from pathlib import Path

    from histories import Ended

TRACES = "refs/notes/agent-trace"
SAID = (
    "affidavit: AFF-OUTPUT: {ref} is a symbolic ref to {to}: nothing is written through it\n"
    "  git symbolic-ref --delete {ref} makes room for notes of its own"
)


def bent(repo: Repo, ref: str, to: str) -> bytes:
    """Make `ref` a symbolic one to `to`; all refs and what they name."""
    path = repo.directory / ref
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"ref: {to}\n")
    return repo.git("for-each-ref")


def refused(done: Ended, ref: str, to: str) -> bool:
    """Whether the command ended with the words about the symbolic ref."""
    return (done.status, done.out, done.err.strip()) == (5, "", SAID.format(ref=ref, to=to))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with state of its own."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    return tmp_path / "here"


@pytest.mark.parametrize("to", ["refs/heads/main", "refs/heads/release"])
@pytest.mark.parametrize(("form", "ref"), [("git-ai", AI), ("agent-trace", TRACES)])
def test_claims_are_not_written_through_a_symbolic_ref(
    repo: Repo, here: Path, form: str, ref: str, to: str
) -> None:
    repo.commit("Begin", files={"z": "1\n"})
    commit = repo.commit("Work", author=BEN, files={"a.py": "a\nb\n"})
    repo.ref(f"refs/ai/authorship/{commit}", repo.blob(note(f"{SESSION} 1-2")))
    repo.commit("By AI\n\nCo-authored-by: Claude <noreply@anthropic.com>", files={"b.py": "1\n"})
    before = bent(repo, ref, to)
    wanted = ("--repo", repo.path, "--form", form, "--notes", "--from-commits")
    done = ran("claims", "write", *wanted, here=here)
    assert refused(done, ref, to), done
    assert repo.git("for-each-ref") == before


def test_recovered_notes_are_not_written_through_a_symbolic_ref(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First", files={"a.py": text()})
    files: dict[str, str | bytes | None] = {"a.py": text({9: "one\n"})}
    work = repo.commit("Work", branch="work", at="main", files=files)
    repo.note(AI, work, ai_note({"a.py": {ONE: "9"}}))
    repo.squash("work", "Work (#7)")
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    repo.ref("refs/heads/victim", repo.resolve(AI))
    before = bent(repo, AI, "refs/heads/victim")
    done = ran("notes", "recover", repo.directory, "--write", here=tmp_path / "here")
    assert refused(done, AI, "refs/heads/victim"), done
    assert repo.git("for-each-ref") == before


@pytest.mark.parametrize("where", ["refs/notes", "refs/notes/ai"])
def test_notes_are_not_written_through_a_link(repo: Repo, where: str) -> None:
    commit = repo.commit("Work", files={"a.py": "1\n"})
    repo.ref("refs/heads/ai", commit)
    path = repo.directory / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(repo.directory / where.replace("notes", "heads"))
    before = repo.git("for-each-ref")
    with pytest.raises(OutputError, match=f"{where} is a link: nothing is written through it"):
        write_all(repo.directory, {commit: "x"}, commit)
    assert repo.git("for-each-ref") == before


def test_a_symbolic_link_that_is_a_symbolic_ref_is_refused_as_one(repo: Repo) -> None:
    commit = repo.commit("Work", files={"a.py": "1\n"})
    path = repo.directory / AI
    path.parent.mkdir(parents=True)
    path.symlink_to("refs/heads/main")
    with pytest.raises(OutputError, match="is a symbolic ref to refs/heads/main"):
        write_all(repo.directory, {commit: "x"}, None)
    assert repo.resolve("main") == commit
