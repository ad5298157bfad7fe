"""Accounts and commits as GraphQL shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forge.accounts import Account, Team
from forge.clock import text
from forge.gql.paging import connection
from forge.merging import GITHUB

if TYPE_CHECKING:
    from forge.git import Commit, Who
    from forge.gql.paging import View
    from forge.repository import Repository

WEB = Account(login="web-flow", id=19864447, name="GitHub Web Flow", emails=[GITHUB[1]])
GHOST = Account(login="ghost", id=10137, name="Deleted user")
WRITERS = ("admin", "maintain", "write")


def actor(account: Account | Team | None) -> View | None:
    """An account; one that was deleted is nobody."""
    if isinstance(account, Team):
        return {
            "__typename": "Team",
            "id": f"T_{account.id}",
            "slug": account.slug,
            "name": account.slug,
            "databaseId": account.id,
        }
    if account is None or account.deleted:
        return None
    return {
        "__typename": account.kind,
        "id": account.node,
        "login": account.login,
        "databaseId": account.id,
        "name": account.name,
        "email": account.email,
    }


def association(repository: Repository, account: Account) -> str:
    """What an account is to a repository now."""
    if account.kind == "Mannequin":
        return "MANNEQUIN"
    if account.login == repository.owner:
        return "OWNER"
    if account in repository.roles:
        return "MEMBER"
    return "CONTRIBUTOR" if account in repository.contributors else "NONE"


def _person(repository: Repository, who: Who) -> View:
    """Who is named in a commit. A bot linked to the address is shown like a person."""
    account = WEB if who.email == WEB.email else repository.world.linked(who.email)
    user = actor(account)
    if user and account and account.kind == "Bot":
        user = {**user, "__typename": "User", "login": account.rest_login}
    return {"name": who.name, "email": who.email, "date": text(who.at), "user": user}


def _signature(repository: Repository, made: Commit) -> View | None:
    if not made.signed:
        return None
    by_forge = made.committer.email == WEB.email
    signer = WEB if by_forge else repository.world.linked(made.committer.email)
    known = by_forge or signer is not None
    return {
        "__typename": "GpgSignature",
        "isValid": known,
        "state": "VALID" if known else "UNKNOWN_KEY",
        "wasSignedByGitHub": by_forge,
        "signer": actor(signer),
        "email": made.committer.email,
        "keyId": None,
    }


def commit(repository: Repository, oid: str | None) -> View | None:
    """A commit; None for an id that is not in the repository."""
    if not oid or not repository.git.has(oid):
        return None
    made = repository.git.get(oid)
    from forge.gql import checks, hosting, pulls  # noqa: PLC0415  # a commit leads to all of them

    return {
        "__typename": "Commit",
        "id": f"C_{repository.id}_{oid}",
        "oid": oid,
        "tree": {"__typename": "Tree", "id": f"T_{repository.id}_{made.tree}", "oid": made.tree},
        "message": made.message,
        "messageHeadline": made.message.partition("\n")[0],
        "authoredDate": text(made.author.at),
        "committedDate": text(made.committer.at),
        "committedViaWeb": made.committer.email == WEB.email,
        "author": lambda _info: _person(repository, made.author),
        "committer": lambda _info: _person(repository, made.committer),
        "signature": lambda _info: _signature(repository, made),
        "parents": lambda _info, **args: connection(
            made.parents, lambda each: commit(repository, each), args
        ),
        "status": lambda _info: checks.status(repository, oid),
        "statusCheckRollup": lambda _info: checks.rollup(repository, oid),
        "checkSuites": lambda _info, **args: checks.suites(repository, oid, args),
        "deployments": lambda _info, **args: hosting.deployments(repository, args, commit=oid),
        "associatedPullRequests": lambda _info, **args: connection(
            repository.pulls_of(oid), pulls.pull, args
        ),
    }
