"""Ways in which a repository can lie about its history."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from typing import TYPE_CHECKING

from gitrepo import ALICE, BEN, Repo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def history(path: Path, object_format: str = "sha1") -> tuple[Repo, list[str]]:
    """Nine commits: five on main, three on a side branch, and their merge on top."""
    repo = Repo(path, object_format=object_format)
    ids = [repo.commit(f"main {number}") for number in range(5)]
    ids += [repo.commit(f"side {n}", author=BEN, branch="side", at=ids[1]) for n in range(3)]
    ids.append(repo.merge("side", message="Merge branch 'side'"))
    return repo, ids


def replaced(repo: Repo, ids: Sequence[str]) -> None:
    other = repo.commit("A shorter past", parents=[], branch="other")
    repo.ref(f"refs/replace/{ids[4]}", other)


def grafted(repo: Repo, ids: Sequence[str]) -> None:
    (repo.directory / "info").mkdir(exist_ok=True)
    (repo.directory / "info" / "grafts").write_text(f"{ids[4]}\n{ids[8]} {ids[4]}\n")


def cut_off(repo: Repo, ids: Sequence[str]) -> None:
    (repo.directory / "shallow").write_text(f"{ids[4]}\n{ids[8]}\n")


def graph_forged(repo: Repo, ids: Sequence[str]) -> None:
    """A commit-graph in which no commit has a parent."""
    repo.git("commit-graph", "write", "--reachable")
    path = repo.directory / "objects" / "info" / "commit-graph"
    data = bytearray(path.read_bytes())
    at, size = _chunk(data, b"CDAT", 8, data[6])
    for row in range(at, at + size, 36):
        data[row + 20 : row + 28] = b"\x70\0\0\0\x70\0\0\0"
    _rewrite(path, bytes(data))
    assert len(repo.git("rev-list", ids[8]).split()) == 1, "plain git believes it"


def midx_forged(repo: Repo, ids: Sequence[str]) -> None:
    """A multi-pack-index that has exchanged two commits."""
    repo.pack()
    repo.git("multi-pack-index", "write")
    path = repo.directory / "objects" / "pack" / "multi-pack-index"
    data = bytearray(path.read_bytes())
    names, size = _chunk(data, b"OIDL", 12, data[6])
    offsets, _ = _chunk(data, b"OOFF", 12, data[6])
    ordered = [data[at : at + 20].hex() for at in range(names, names + size, 20)]
    _exchange(data, *(offsets + 8 * ordered.index(ids[n]) for n in (5, 7)), length=8)
    _rewrite(path, bytes(data))
    assert len(repo.git("rev-list", ids[8]).split()) < 9, "plain git believes it"


def idx_forged(repo: Repo, ids: Sequence[str]) -> None:
    """A pack index that has exchanged two commits, its checksum made anew."""
    repo.pack()
    path = next((repo.directory / "objects" / "pack").glob("*.idx"))
    data = bytearray(path.read_bytes())
    raw = len(ids[0]) // 2
    count = struct.unpack(">I", data[8 + 1020 : 8 + 1024])[0]
    names = 8 + 1024
    ordered = [data[names + raw * n : names + raw * (n + 1)].hex() for n in range(count)]
    offsets = names + count * (raw + 4)
    _exchange(data, *(offsets + 4 * ordered.index(ids[n]) for n in (5, 7)), length=4)
    _rewrite(path, bytes(data), raw=raw)
    assert len(repo.git("rev-list", ids[8]).split()) < 9, "plain git believes it"


def hostile_config(repo: Repo, _ids: Sequence[str]) -> None:
    """Every setting by which git can be made to run something that leaves a mark."""
    mark = repo.directory.parent / "fired"
    script = repo.directory / "hooks-here" / "post-index-change"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    script.chmod(0o755)
    command = f"touch '{mark}'"
    (repo.directory / "config").write_text(
        f"""[core]
\trepositoryformatversion = 1
\tfsmonitor = "{script}"
\thooksPath = {script.parent}
\tsshCommand = "{command}"
\tcommentChar = a
\tlogAllRefUpdates = always
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = ext::sh -c "{command}"
\tpromisor = true
[include]
\tpath = /dev/zero
[alias]
\trev-list = "!{command}"
\tcat-file = "!{command}"
[gpg]
\tprogram = {script}
[i18n]
\tlogOutputEncoding = UTF-16
"""
    )


def damaged_content(content: bytes) -> Callable[[Repo, Sequence[str]], None]:
    """A loose commit whose file holds `content` instead."""

    def damage(repo: Repo, ids: Sequence[str]) -> None:
        repo.loose(ids[6]).write_bytes(content)

    return damage


def truncated(repo: Repo, ids: Sequence[str]) -> None:
    path = repo.loose(ids[6])
    path.write_bytes(path.read_bytes()[:-20])


def folder_in_place(repo: Repo, ids: Sequence[str]) -> None:
    repo.loose(ids[6]).unlink()
    repo.loose(ids[6]).mkdir()


def author_changed(repo: Repo, ids: Sequence[str], number: int = 6) -> None:
    """A loose commit that now says somebody else wrote it."""
    data = zlib.decompress(repo.loose(ids[number]).read_bytes())
    body = data.partition(b"\0")[2].replace(BEN.encode(), ALICE.encode())
    repo.object("commit", body, named=ids[number])


def _chunk(data: bytearray, name: bytes, table: int, count: int) -> tuple[int, int]:
    """Where a chunk begins and how long it is, in the format of gitformat-chunk(5)."""
    rows = [data[table + 12 * n : table + 12 * (n + 1)] for n in range(count + 1)]
    starts = [struct.unpack(">Q", row[4:])[0] for row in rows]
    number = [bytes(row[:4]) for row in rows].index(name)
    return starts[number], starts[number + 1] - starts[number]


def _exchange(data: bytearray, one: int, other: int, *, length: int) -> None:
    data[one : one + length], data[other : other + length] = (
        data[other : other + length],
        data[one : one + length],
    )


def _rewrite(path: Path, data: bytes, *, raw: int = 20) -> None:
    """Write `data` with its closing checksum made to fit."""
    body = data[:-raw]
    path.chmod(0o644)
    path.write_bytes(body + hashlib.new({20: "sha1", 32: "sha256"}[raw], body).digest())


def chained(repo: Repo, depth: int, folder: Path) -> Path:
    """A bare repository without objects that borrows them over `depth` others."""
    place = repo.directory
    for number in range(depth):
        bare = Repo(folder / f"borrower-{number}", bare=True)
        path = os.path.relpath(place / "objects", bare.directory / "objects")
        (bare.directory / "objects" / "info" / "alternates").write_text(
            f"# borrowed\n{path}\n" if number % 2 else f"{place / 'objects'}\n"
        )
        place = bare.directory
    tip = repo.resolve("main")
    (place / "packed-refs").write_text(f"{tip} refs/heads/main\n")
    return place
