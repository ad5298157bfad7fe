"""The repository of an organisation, as git has it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, NamedTuple

from staff import configuration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truth import Commit, Hand, Organisation, Term

MAIN = "refs/heads/main"
FILE = "affidavit.toml"
LOST = "refs/lost/pushed-over"


class Names(NamedTuple):
    """The ids of commits and of their trees, by mark."""

    commits: dict[int, str]
    trees: dict[int, str]

    def of(self, commit: Commit | None) -> str | None:
        return self.commits[commit.mark] if commit else None


def written(org: Organisation, repo: Path, *, identities: bool = True) -> Names:
    """Make the bare repository of `org` at `repo`; without `identities` its file names nobody."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    marks = repo.parent / f"{repo.name}.marks"
    options = ["--quiet", "--force", f"--export-marks={marks}"]
    stream = b"".join(_stream(org, identities=identities))
    _git(repo, "fast-import", *options, stdin=stream)
    _git(repo, "update-ref", "-d", LOST)
    named = dict(line.split() for line in marks.read_text().splitlines())
    commits = {int(mark[1:]): commit for mark, commit in named.items()}
    # What nothing leads to any more is asked for by its id.
    asked = "".join(f"{one}^{{tree}}\n" for one in commits.values()).encode()
    told = _git(repo, "cat-file", "--batch-check=%(objectname)", stdin=asked).decode().split()
    return Names(commits, dict(zip(commits, told, strict=True)))


def _git(repo: Path, *args: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-c", "core.fsync=none", "-C", str(repo), *args]
    return subprocess.run(command, input=stdin, check=True, capture_output=True).stdout


def _stream(org: Organisation, *, identities: bool) -> Iterator[bytes]:
    refs = _refs(org)
    versions = [_version(org, terms, identities=identities) for _, terms in org.versions]
    for one in org.commits:
        writes = one.writes if one.parents else {**one.writes, FILE: versions[0]}
        if one.parents and FILE in writes:
            writes = {**writes, FILE: versions[-1]}
        yield from _commit(one, refs.get(one.mark, LOST), writes)
    for change in org.changes:
        if change.request:
            yield _reset(f"refs/pull/{change.request.number}/head", change.request.head)
    yield _reset(MAIN, org.landings()[-1])


def _version(org: Organisation, terms: tuple[Term, ...], *, identities: bool) -> str:
    return configuration(
        org.criteria, org.people, terms, services=org.services, identities=identities
    )


def _reset(ref: str, commit: Commit) -> bytes:
    return f"reset {ref}\nfrom :{commit.mark}\n\n".encode()


def _refs(org: Organisation) -> dict[int, str]:
    found: dict[int, str] = {}
    for change in org.changes:
        if change.request:
            ref = f"refs/pull/{change.request.number}/head"
            found.update({one.mark: ref for one in change.request.commits})
        found.update({one.mark: MAIN for one in change.landings})
    return found


def _commit(one: Commit, ref: str, writes: dict[str, str]) -> Iterator[bytes]:
    message = one.message.encode()
    yield f"commit {ref}\nmark :{one.mark}\n".encode()
    yield _person("author", one.author, one.at) + _person("committer", one.committer, one.at)
    yield b"data %d\n%b\n" % (len(message), message)
    for number, parent in enumerate(one.parents):
        yield f"{'merge' if number else 'from'} :{parent.mark}\n".encode()
    for path, text in writes.items():
        data = text.encode()
        yield b"M 644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)
    yield b"\n"


def _person(role: str, hand: Hand, at: int) -> bytes:
    return f"{role} {hand.name} <{hand.email}> {at} +0000\n".encode()
