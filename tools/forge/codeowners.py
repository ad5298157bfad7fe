"""What the forge finds wrong in CODEOWNERS."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forge.repository import Repository

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


def errors(repository: Repository, oid: str) -> list[dict[str, object]] | None:
    """The errors of the file that counts at a commit; None where there is no such file."""
    files = repository.git.files(oid)
    path = next((each for each in PLACES if each in files), None)
    if path is None:
        return None
    lines = repository.git.content(files[path][1]).decode("utf-8", "replace").splitlines()
    return [
        {
            "line": at,
            "column": line.index(owner) + 1,
            "kind": "Unknown owner",
            "source": line,
            "suggestion": f"make sure {owner} exists and has write access to the repository",
            "message": f"Unknown owner on line {at}: {owner}",
            "path": path,
        }
        for at, line in enumerate(lines, 1)
        for owner in _strangers(repository, line)
    ]


def _strangers(repository: Repository, line: str) -> Iterator[str]:
    """Owners on a line who are no account with a role, and no team."""
    for owner in line.partition("#")[0].split()[1:]:
        account = repository.world.accounts.get(owner.removeprefix("@"))
        if "/" not in owner and "@" in owner and account not in repository.roles:
            yield owner
