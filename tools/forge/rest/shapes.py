"""Accounts, repositories and commits as REST shows them, with every member that it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from forge.accounts import Account, Team
from forge.clock import text
from forge.gql.commits import GHOST, WEB

if TYPE_CHECKING:
    from forge.accounts import App
    from forge.git import Commit, Who
    from forge.repository import Repository
    from forge.world import World

Shape = dict[str, object]

HTML = "https://github.com"
_USER_URLS = """followers gists{/gist_id} starred{/owner}{/repo} subscriptions orgs repos
events{/privacy} received_events following{/other_user}"""
_REPOSITORY_URLS = """archive{/archive_format}{/ref} assignees{/user} blobs{/sha} branches{/branch}
collaborators{/collaborator} comments{/number} commits{/sha} compare{/base}...{head}
contents{/+path} contributors deployments downloads events forks git_commits{/sha}
git_refs{/sha} git_tags{/sha} issue_comment{/number} issue_events{/number} issues{/number}
keys{/key_id} labels{/name} languages merges milestones{/number} notifications pulls{/number}
releases{/id} stargazers statuses{/sha} subscribers subscription tags teams trees{/sha} hooks"""

_COUNTS = {
    **dict.fromkeys(("forks", "watchers", "open_issues", "network_count", "subscribers_count"), 0),
    **dict.fromkeys(("forks_count", "stargazers_count", "watchers_count", "open_issues_count"), 0),
    "size": 1,
}
_FEATURES = {
    **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_pages"), True),
    **dict.fromkeys(("has_downloads", "has_discussions"), True),
    **dict.fromkeys(("allow_merge_commit", "allow_squash_merge", "allow_rebase_merge"), True),
    "allow_auto_merge": True,
    "delete_branch_on_merge": False,
    "web_commit_signoff_required": False,
}


def _name(path: str) -> str:
    return path.partition("{")[0].rstrip("/")


def user(world: World, account: Account | Team | None) -> Shape:
    """An account; a deleted one, or none, is the ghost."""
    shown = account if isinstance(account, Account) and not account.deleted else GHOST
    url = f"{world.base}/users/{quote(shown.rest_login)}"
    links = {f"{_name(path)}_url": f"{url}/{path}" for path in _USER_URLS.split()}
    links["organizations_url"] = links.pop("orgs_url")
    return {
        "login": shown.rest_login,
        "id": shown.id,
        "node_id": shown.node,
        "avatar_url": f"https://avatars.githubusercontent.com/u/{shown.id}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{HTML}/{quote(shown.rest_login)}",
        **links,
        "type": shown.kind,
        "site_admin": False,
    }


def _owner(one: Repository) -> Shape:
    account = Account(login=one.owner, id=one.world.owners[one.owner])
    return {**user(one.world, account), "node_id": f"O_{account.id}", "type": "Organization"}


def repository(one: Repository) -> Shape:
    """A repository."""
    url = f"{one.world.base}/repos/{one.full_name}"
    html = f"{HTML}/{one.full_name}"
    return {
        "id": one.id,
        "node_id": f"R_{one.id}",
        "name": one.name,
        "full_name": one.full_name,
        "owner": _owner(one),
        "private": one.private,
        "visibility": "private" if one.private else "public",
        "html_url": html,
        "description": None,
        "fork": False,
        "url": url,
        **{f"{_name(path)}_url": f"{url}/{path}" for path in _REPOSITORY_URLS.split()},
        "git_url": f"git://github.com/{one.full_name}.git",
        "ssh_url": f"git@github.com:{one.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        **_COUNTS,
        **_FEATURES,
        "default_branch": one.default_branch,
        "archived": False,
        "disabled": False,
        "pushed_at": one.pushed_at,
        "created_at": one.created_at,
        "updated_at": one.pushed_at,
    }


def app(world: World, one: App) -> Shape:
    """An application."""
    owner = Account(login="github", id=9919, kind="User")
    at = "2018-07-30T09:30:17Z"
    return {
        "id": one.id,
        "slug": one.slug,
        "node_id": f"A_{one.id}",
        "owner": user(world, owner),
        "name": one.slug,
        "description": None,
        "external_url": f"{HTML}/apps/{one.slug}",
        "html_url": f"{HTML}/apps/{one.slug}",
        "created_at": at,
        "updated_at": at,
        "permissions": {},
        "events": [],
    }


def team(world: World, one: Team) -> Shape:
    """A team."""
    url = f"{world.base}/teams/{one.id}"
    return {
        "id": one.id,
        "node_id": f"T_{one.id}",
        "name": one.slug,
        "slug": one.slug,
        "description": None,
        "privacy": "closed",
        "permission": "push",
        "type": "organization",
        "url": url,
        "html_url": f"{HTML}/orgs/teams/{one.slug}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "parent": None,
    }


def verification(world: World, made: Commit) -> Shape:
    """What the forge says of a commit's signature."""
    by_forge = made.committer.email == WEB.email
    known = by_forge or world.linked(made.committer.email) is not None
    reason = "unsigned" if not made.signed else "valid" if known else "unknown_key"
    good = made.signed and known
    return {
        "verified": good,
        "reason": reason,
        "signature": "-----BEGIN PGP SIGNATURE-----" if made.signed else None,
        "payload": f"tree {made.tree}" if made.signed else None,
        "verified_at": text(made.committer.at) if good else None,
    }


def _person(who: Who) -> Shape:
    return {"name": who.name, "email": who.email, "date": text(who.at)}


def linked(world: World, who: Who) -> Shape | None:
    """The account that a name in a commit is linked to."""
    account = WEB if who.email == WEB.email else world.linked(who.email)
    return user(world, account) if account else None


def commit(one: Repository, oid: str) -> Shape:
    """A commit as git has it, with the accounts that it is linked to."""
    made = one.git.get(oid)
    base = f"{one.world.base}/repos/{one.full_name}"
    html = f"{HTML}/{one.full_name}/commit"
    return {
        "url": f"{base}/commits/{oid}",
        "sha": oid,
        "node_id": f"C_{one.id}_{oid}",
        "html_url": f"{html}/{oid}",
        "comments_url": f"{base}/commits/{oid}/comments",
        "commit": {
            "url": f"{base}/git/commits/{oid}",
            "author": _person(made.author),
            "committer": _person(made.committer),
            "message": made.message,
            "comment_count": 0,
            "tree": {"sha": made.tree, "url": f"{base}/git/trees/{made.tree}"},
            "verification": verification(one.world, made),
        },
        "author": linked(one.world, made.author),
        "committer": linked(one.world, made.committer),
        "parents": [
            {"sha": each, "url": f"{base}/commits/{each}", "html_url": f"{html}/{each}"}
            for each in made.parents
        ],
    }
