"""git over HTTP: anybody fetches, an account pushes, and the forge sees which branches moved."""

from __future__ import annotations

import base64
import binascii
import os
import re
import subprocess
from typing import TYPE_CHECKING

from forge.wire import Answer, trouble

if TYPE_CHECKING:
    from forge.accounts import Account
    from forge.repository import Repository
    from forge.wire import Request
    from forge.world import World

PATH = re.compile(r"/([^/]+/[^/]+)\.git/(?:info/refs|git-upload-pack|git-receive-pack)")


def answer(world: World, request: Request) -> Answer:
    """What git's own server program says, and what a push did to the forge."""
    found = PATH.fullmatch(request.path)
    known = world.repositories.get(found[1].lower()) if found else None
    if known is None:
        return trouble(404, "Not Found")
    pushes = "git-receive-pack" in request.target
    by = pusher(world, request)
    if pushes and by is None:
        wanted = {"WWW_Authenticate": 'Basic realm="forge"'}
        return trouble(401, "Say who you are", **wanted)
    said = _served(known, request, by)
    if pushes and by and request.method == "POST":
        caught_up(known, by)
    return said


def pusher(world: World, request: Request) -> Account | None:
    """The account whose name was given; nobody asks for its password."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        name = base64.b64decode(given, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    return world.accounts.get(name) if kind.lower() == "basic" else None


def _served(one: Repository, request: Request, by: Account | None) -> Answer:
    path, headers = request.path, request.headers
    asked = {
        "GIT_PROJECT_ROOT": str(one.git.path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path[path.index(".git/") + 4 :],
        "QUERY_STRING": request.target.partition("?")[2],
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
        "GIT_PROTOCOL": headers.get("git-protocol", ""),
        **({"REMOTE_USER": by.login} if by else {}),
    }
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "http-backend"],
        input=request.body,
        env={**os.environ, **asked},
        capture_output=True,
        check=True,
    )
    return _answered(done.stdout)


def _answered(output: bytes) -> Answer:
    head, _, body = output.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().splitlines())
    headers = {name: value for name, _, value in lines}
    status = int(headers.pop("Status", "200").split()[0])
    return Answer(status=status, headers=headers, body=body)


def caught_up(one: Repository, by: Account) -> None:
    """Let the forge know of branches that `by` pushed or took away."""
    form = "--format=%(refname:lstrip=2) %(objectname)"
    listed = one.git.run("for-each-ref", form, "refs/heads").decode().split("\n")
    now = dict(line.split(" ") for line in listed if line)
    for branch, oid in now.items():
        if one.heads.get(branch) != oid:
            one.push(by, branch, oid)
    for branch in one.heads.keys() - now.keys():
        one.delete_branch(by, branch)
