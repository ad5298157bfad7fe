"""One call of REST: what was asked, and how a list is paged."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode, urlsplit

from forge.wire import Answer, as_json, trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forge.accounts import Account
    from forge.repository import Repository
    from forge.server import Forge
    from forge.wire import Request

Item = TypeVar("Item")


class Call:
    """A request for something of one repository; `named` are the parts of its path."""

    def __init__(
        self, forge: Forge, repository: Repository, request: Request, named: dict[str, str]
    ) -> None:
        self.forge, self.repository, self.request, self.named = forge, repository, request, named
        self.query = request.query

    def number(self, name: str) -> int:
        """A part of the path that is a number; 0 for one that is none."""
        given = self.named[name]
        return int(given) if given.isdigit() else 0

    @property
    def by(self) -> Account:
        """Who asks."""
        return self.forge.router.account(self.request)

    @property
    def per_page(self) -> int:
        """How long a page is: 30 unless asked for, 100 at most."""
        given = self.query.get("per_page", "30")
        return min(100, max(1, int(given))) if given.isdigit() else 30

    def page(
        self,
        items: Sequence[Item],
        view: Callable[[Item], object],
        *,
        within: str | None = None,
    ) -> Answer:
        """The page that was asked for, with links to those beside it.

        `within` is the member that holds the list, beside a ``total_count``.
        """
        given = self.query.get("page", "1")
        page = int(given) if given.isdigit() and int(given) else 1
        size = self.per_page
        shown = [view(each) for each in items[(page - 1) * size : page * size]]
        last = max(1, -(-len(items) // size))
        links = {}
        if page > 1:
            links = {"prev": {"page": page - 1}, "first": {"page": 1}}
        if page < last:
            links |= {"next": {"page": page + 1}, "last": {"page": last}}
        body = {"total_count": len(items), within: shown} if within else shown
        return self.linked(as_json(body), {rel: dict(more) for rel, more in links.items()})

    def linked(self, answer: Answer, links: dict[str, dict[str, object]]) -> Answer:
        """The answer with links: each relation's parameters take the place of the request's."""
        if not links:
            return answer
        path = urlsplit(self.request.target).path
        host = self.forge.base.removesuffix("/api/v3")
        lines = [
            f'<{host}{path}?{urlencode({**self.query, **more})}>; rel="{relation}"'
            for relation, more in links.items()
        ]
        return answer.with_headers(Link=", ".join(lines))

    def url(self, path: str = "") -> str:
        """The address of something of the repository."""
        return f"{self.forge.base}/repos/{self.repository.full_name}{path}"


def not_found() -> Answer:
    """There is nothing of this name."""
    return trouble(404, "Not Found")
