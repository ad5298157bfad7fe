"""Commits for the tests of pull request forms."""

from __future__ import annotations

from affidavit.base.commit import Commit, Ident
from affidavit.changes.pull_request import Stated, stated
from affidavit.provenance.model import Trailer

PERSON = Ident("Ana", "ana@example.com")
GITHUB = Ident("GitHub", "noreply@github.com")
ENTERPRISE = Ident("GitHub Enterprise", "noreply@ghe.example.com")
CHANGE = "I" + "0123456789" * 4
COPIED = "\n\n(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)\n"


def a_commit(message: str | bytes, *, by: Ident = PERSON, parents: int = 1) -> Commit:
    return Commit(
        id="1" * 40,
        tree="2" * 40,
        parents=tuple(str(number) * 40 for number in range(parents)),
        author=PERSON,
        committer=by,
        committer_time=0,
        message=message if isinstance(message, bytes) else message.encode(),
    )


def found(message: str, *trailers: Trailer, by: Ident = PERSON, parents: int = 1) -> Stated | None:
    return stated(a_commit(message, by=by, parents=parents), trailers)


def reviewed_on(address: str) -> Trailer:
    return Trailer("Reviewed-on", address)


def titled(number: str) -> Stated:
    return Stated(forge="github", number=number, form="github-title", needs_forge_committer=True)
