"""Which pull requests a commit is the head of, through REST: their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.sources.github.answer import decoded
from affidavit.sources.github.transport import RefusedError, see_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.sources.github.answer import Answer
    from affidavit.sources.github.rest import Rest

MOST_PAGES = 10
"""Pages of a list of requests that are asked for; a commit is seldom in more than one."""
_GONE = 404
"""What is answered of what is not there, or may not be seen."""


class Headed(NamedTuple):
    """A pull request whose head is the commit that was asked about, and whether it is open."""

    number: int
    open: bool


class Called(msgspec.Struct, frozen=True):
    """What a repository is called now, as ``owner/name``, and its default branch."""

    full_name: str
    default_branch: str | None = None


class _Side(msgspec.Struct):
    sha: str


class _Pull(msgspec.Struct):
    number: int
    state: str
    head: _Side


def called(rest: Rest) -> Called:
    """What the repository is called now.

    Raises:
        ForgeError: There is none, or the token may not see it.
    """
    answer = rest.transport.get(rest.url())
    if answer.status == _GONE:
        why = "there is no such repository, or the token may not see it (docs/collect.md)"
        told = f"{answer.url} answers with status {answer.status}: {why}"
        raise RefusedError(told, status=answer.status, needs=answer.permission)
    see_told(answer)
    return decoded(answer, Called)


def of_commit(rest: Rest, commit: str, *, branch: str | None = None) -> tuple[Headed, ...]:
    """The requests whose head is `commit`, by number.

    The forge need not know those from forks by their commit: `branch` is where the commit came
    from, such as ``mia:work``, and those are looked through, too. What is not of this very head is
    left out: neither a commit further down nor the name of a branch makes it one.

    Raises:
        ForgeError: The forge does not tell.
    """
    urls = [rest.url("commits", commit, "pulls", per_page="100")]
    if branch:
        urls.append(rest.url("pulls", state="all", head=branch, per_page="100"))
    found = {one for url in urls for one in _listed(rest, url, commit)}
    return tuple(sorted(found))


def _listed(rest: Rest, url: str, commit: str) -> Iterator[Headed]:
    for count, answer in enumerate(rest.pages(url), 1):
        see_told(answer)
        yield from _on(answer, commit)
        if count >= MOST_PAGES and rest.next_page(answer) is not None:
            raise ForgeError(f"{answer.url}: {commit} is of more requests than are looked through")


def _on(answer: Answer, commit: str) -> Iterator[Headed]:
    for one in decoded(answer, list[_Pull]):
        if one.head.sha == commit:
            yield Headed(one.number, one.state == "open")
