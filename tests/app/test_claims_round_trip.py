"""What is written of lines says of them what was known, to our own readers in a clone."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import pytest

from affidavit.app.claims_written.brought import brought
from affidavit.app.claims_written.model import Asked, Form, Outcome, Record, Row
from affidavit.app.claims_written.noting import NOTES
from affidavit.app.claims_written.writing import written
from affidavit.app.lines.opening import Asked as AskedLines
from affidavit.app.lines.opening import opened
from affidavit.app.lines.stored import followed
from affidavit.cli.progress import Silent
from affidavit.provenance.records.gitai import read_export
from gitobjects import Store
from gitrepo import BEN, Repo
from linehistories import TEXT, Author
from noted_squashes import AI, ONE, TWO, ai_note, lost_branch

if TYPE_CHECKING:
    from pathlib import Path

PERSON = "h_33333333333333"
WHOLE = "2000-01-01"


def attested(repo: Repo, rng: Random) -> None:
    """Put notes on landings that attest, of the lines that each brought, some of chance."""
    with opened(AskedLines(repo.path)) as place:
        found = followed(place, Silent(), fresh=True)
        numbers = range(len(found.branch.landings))
        for number, lines in brought(place.source.git, found, numbers):
            files: dict[str, dict[str, str]] = {}
            for one in lines:
                at = one.at + 1 + rng.randrange(one.piece.length)
                key = rng.choice((ONE, TWO, PERSON))
                keyed = files.setdefault(one.path.decode(), {})
                keyed[key] = f"{keyed[key]},{at}" if key in keyed else str(at)
            if files and rng.random() < 0.7:
                repo.note(AI, found.branch.landings[number], note(files))


def note(files: dict[str, dict[str, str]]) -> str:
    """A note with these ranges by path and key, its person named."""
    shown = "".join(
        f"{path}\n"
        + "".join(
            f"  {key}{'' if key == PERSON else '::t_aaaaaaaaaaaaaa'} {spans}\n"
            for key, spans in keyed.items()
        )
        for path, keyed in files.items()
    )
    agents = {key: {"agent_id": {"tool": "claude", "id": key, "model": key}} for key in (ONE, TWO)}
    said = {
        "schema_version": "authorship/3.0.0",
        "prompts": {},
        "sessions": agents,
        "humans": {PERSON: {"author": "Ben <ben@example.org>"}},
    }
    return f"{shown}---\n{json.dumps(said)}"


def known(repo: Repo | Store) -> dict[str, list[tuple[str, str]]]:
    """Of every line of every file whose it is, and on what ground."""
    with opened(AskedLines(repo.path)) as place:
        found = followed(place, Silent(), fresh=True)
    return {
        path.decode(): [
            (str(one.made.line_class), str(one.made.ground))
            for one in found.pieces(path)
            for _ in range(one.length)
        ]
        for path in found.paths
    }


def with_notes_alone(repo: Repo, folder: Path, ref: str, notes: dict[str, bytes]) -> Store:
    """A clone of the main branch with these notes and no other ref."""
    clone = Store(folder, bare=True)
    clone.git("fetch", "--quiet", str(repo.path), "refs/heads/main:refs/heads/main")
    for commit, body in notes.items():
        blob = clone.git("hash-object", "-w", "--stdin", stdin=body).decode().strip()
        clone.git("notes", f"--ref={ref}", "add", "-C", blob, commit)
    return clone


def export(repo: Repo, form: Form, place: Path, *, from_commits: bool = False) -> list[Row]:
    """What is written of all landings to a file."""
    how = {"since": WHOLE, "from_commits": from_commits, "fresh": True}
    asked = Asked(repository=repo.path, form=form, to=place, **how)  # type: ignore[arg-type]
    return list(written(asked, Silent()).rows)


def traces(place: Path) -> dict[str, bytes]:
    """Records of Agent Trace by the commit that they are about."""
    found: dict[str, bytes] = {}
    for line in place.read_bytes().splitlines(keepends=True):
        commit = json.loads(line)["vcs"]["revision"]
        found[commit] = found.get(commit, b"") + line
    return found


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("seed", range(6))
def test_every_line_is_read_back_as_it_was_known(tmp_path: Path, seed: int, form: Form) -> None:
    rng = Random(seed)
    repo = Repo(tmp_path / "repo")
    tip = Author(repo, rng).straight(12)
    repo.branch("main", tip)
    attested(repo, rng)
    place = tmp_path / "out"
    export(repo, form, place)
    notes = dict(read_export(place.read_bytes())) if form is Form.GIT_AI else traces(place)
    assert notes
    clone = with_notes_alone(repo, tmp_path / "clone", NOTES[form], notes)
    assert known(clone) == known(repo)


def test_the_lines_of_a_squash_keep_what_notes_behind_it_attest(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("First", files={"a.py": "zero\n"})
    one = repo.commit("One", author=BEN, branch="work", at="main", files={"a.py": "zero\none\n"})
    repo.note(AI, one, ai_note({"a.py": {ONE: "2"}}))
    two = repo.commit("Two", author=BEN, branch="work", files={"a.py": "new\nzero\none\ntwo\n"})
    repo.note(AI, two, ai_note({"a.py": {TWO: "4"}}))
    repo.squash("work", "Work (#7)")
    repo.ref("refs/pull/7/head", lost_branch(repo, "work"))
    place = tmp_path / "out"
    rows = export(repo, Form.GIT_AI, place)
    assert [one.outcome for one in rows] == [Outcome.NOTHING, Outcome.WRITTEN]
    clone = with_notes_alone(repo, tmp_path / "clone", AI, dict(read_export(place.read_bytes())))
    nobody, agent = ("no-signal", "nothing"), ("ai", "note")
    assert known(clone) == {"a.py": [nobody, nobody, agent, agent]}


def test_a_claim_of_a_commit_that_is_widened_is_read_back_as_a_note(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("Work\n\nCo-Authored-By: Claude <noreply@anthropic.com>", files={"a.py": "one\n"})
    assert known(repo) == {"a.py": [("ai", "commit")]}
    place = tmp_path / "out"
    export(repo, Form.GIT_AI, place, from_commits=True)
    clone = with_notes_alone(repo, tmp_path / "clone", AI, dict(read_export(place.read_bytes())))
    assert known(clone) == {"a.py": [("ai", "note")]}


def test_the_same_is_written_from_what_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    rng = Random(7)
    repo = Repo(tmp_path / "repo")
    author = Author(repo, rng)
    tip = author.straight(8)
    repo.branch("main", tip)
    attested(repo, rng)
    asked = Asked(repository=repo.path, form=Form.AGENT_TRACE, since=WHOLE, from_commits=True)
    found = [written(asked, Silent()) for _ in range(2)]
    repo.branch("main", author.commit(author.changed(author.trees[tip], TEXT), tip))
    found += [written(asked, Silent())]
    asked = Asked(
        repository=repo.path, form=asked.form, since=WHOLE, from_commits=True, fresh=True
    )  # fmt: skip
    assert found[0] == found[1]
    assert found[2] == written(asked, Silent())


def test_a_landing_without_a_time_has_no_trace(tmp_path: Path) -> None:
    from affidavit.app.claims_written.forms import NO_TIME, agent_trace  # noqa: PLC0415
    from affidavit.app.claims_written.gathering import gathered  # noqa: PLC0415

    nothing = gathered([], persons=None, from_commits=False)
    with opened(AskedLines(_empty(tmp_path))) as place:
        found = agent_trace("1" * 40, nothing, None, place.source.objects)
    row = Row(landing="1" * 40, outcome=Outcome.NOTHING, left_out=(NO_TIME,))
    assert found == Record(data=b"", row=row)


def _empty(folder: Path) -> Path:
    repo = Repo(folder / "repo")
    repo.commit("One")
    return repo.path
