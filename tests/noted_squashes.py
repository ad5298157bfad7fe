"""Repositories whose branch lost commits with notes of git-ai, and what is recovered of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from affidavit.app.recovery.model import Asked, Recovered, Row
from affidavit.app.recovery.recovering import recovered

if TYPE_CHECKING:
    from gitrepo import Repo

AI = "refs/notes/ai"
ONE = "s_11111111111111"
TWO = "s_22222222222222"
TRACE = "::t_aaaaaaaaaaaaaa"
LINES = [f"line {number}\n" for number in range(1, 21)]


def text(lines: dict[int, str] | None = None) -> str:
    """Twenty lines, those of these numbers replaced."""
    return "".join((lines or {}).get(number, one) for number, one in enumerate(LINES, 1))


def ai_note(files: dict[str, dict[str, str]]) -> str:
    """A note with these ranges by path and session."""
    shown = [
        f"{path}\n" + "".join(f"  {key}{TRACE} {spans}\n" for key, spans in keyed.items())
        for path, keyed in files.items()
    ]
    keys = sorted({key for keyed in files.values() for key in keyed})
    who = {key: {"agent_id": {"tool": "claude", "id": key, "model": "m"}} for key in keys}
    said = {"schema_version": "authorship/3.0.0", "prompts": {}, "sessions": who}
    return f"{''.join(shown)}---\n{json.dumps(said)}"


def lost_branch(repo: Repo, name: str) -> str:
    """The head of the branch `name`, which is no branch any more."""
    head = repo.resolve(name)
    (repo.directory / "refs" / "heads" / name).unlink()
    return head


def recover(repo: Repo, *, write: bool = False, branch: str | None = None) -> Recovered:
    """What is recovered of the main branch."""
    return recovered(Asked(repository=repo.directory, write=write, branch=branch))


def newest(repo: Repo) -> Row:
    """What became of the newest landing without a note."""
    return recover(repo).rows[0]


def noted(repo: Repo) -> list[str]:
    """The commits with a note, as git lists them."""
    out = repo.git("notes", f"--ref={AI}", "list").decode()
    return sorted(line.split()[1] for line in out.splitlines())
