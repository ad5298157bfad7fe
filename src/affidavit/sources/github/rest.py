"""GitHub's REST for one repository: paths below it, and lists by the links the forge gives."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from affidavit.sources.github.transport import IN_A_ROW, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.sources.github.answer import Answer
    from affidavit.sources.github.transport import Transport

FULL_PAGE: Mapping[str, str] = {"per_page": "100"}


class Rest:
    """Asks REST about the repository `owner`/`name`.

    What the forge fails at is an answer as a refusal is: the next thing may be told. Where it fails
    at one after the other, that is an error.
    """

    def __init__(self, transport: Transport, owner: str, name: str) -> None:
        self.transport = transport
        self._row = 0
        self._base = ("repos", owner, name)

    def url(self, *parts: str, **query: str) -> str:
        """The address of a path below the repository."""
        address = self.transport.place.at(*self._base, *parts)
        return f"{address}?{urlencode(query)}" if query else address

    def get(self, *parts: str, **query: str) -> Answer:
        """What the forge answers, whatever its status."""
        return self._asked(self.url(*parts, **query))

    def _asked(self, url: str, etag: str | None = None) -> Answer:
        try:
            answer = self.transport.get(url, etag=etag)
        except RefusedError as error:
            self._row += 1
            if error.answer is None or self._row >= IN_A_ROW:
                raise
            return error.answer
        self._row = 0
        return answer

    def pages(self, url: str, *, etag: str | None = None) -> Iterator[Answer]:
        """The pages of a list from `url` on; the last may be a refusal.

        With `etag`, a first page that has not changed is the only one, with status 304.

        Raises:
            ForgeError: A link leads to another host, or the forge does not answer.
        """
        seen: set[str] = set()
        following: str | None = url
        while following is not None and following not in seen:
            seen.add(following)
            answer = self._asked(following, etag)
            etag = None
            yield answer
            following = self.next_page(answer) if answer.status == 200 else None

    def next_page(self, answer: Answer) -> str | None:
        """The address of the page after `answer`.

        Raises:
            ForgeError: It is on another host.
        """
        if answer.next_link is None:
            return None
        url = self.transport.place.joined(answer.url, answer.next_link)
        self.transport.check(url)
        return url
