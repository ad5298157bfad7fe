"""Bundles: the files of a policy, bounded, read and named by one digest.

Nothing here reads Rego: `affidavit.policy.checking` does, before an engine evaluates it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.canonical import parsed
from affidavit.base.errors import EntryError
from affidavit.base.text import shortened
from affidavit.policy.errors import bundle_error
from affidavit.policy.manifest import NAME as MANIFEST
from affidavit.policy.manifest import Manifest, manifest
from affidavit.policy.model import Module

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = "data.json"
TEST = "_test.rego"
MOST_FILES = 200
LARGEST = 262_144
"""Bytes of a file."""
ALL_BYTES = 2_097_152
"""Bytes of all files together."""
MOST_LINES = 10_000
"""Lines of a file of Rego."""
WIDEST = 1_000
"""Characters of a line of Rego."""
DEEPEST = 12
"""Brackets inside each other in Rego: a parser's time doubles at each of some kinds."""

_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,7}")
_DOMAIN = b"affidavit/policy-bundle@1\n"


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as one thing: `digest` is over all its files, those of its tests too.

    `data` is canonical JSON, an object. `modules` and `tests` are in the order of their paths.
    """

    digest: str
    manifest: Manifest
    modules: tuple[Module, ...]
    tests: tuple[Module, ...]
    data: bytes


def used(path: str) -> bool:
    """Whether a file at `path` is of the bundle: all are but pages about it, ``*.md``."""
    return not path.endswith(".md")


def bundle_of(files: Mapping[str, bytes]) -> Bundle:
    """The bundle of `files`, by their paths inside its folder with ``/``.

    Raises:
        PolicyError: A file is none of a bundle, too large or malformed; the message names it.
    """
    files = {path: data for path, data in sorted(files.items()) if used(path)}
    _bounded(files)
    if MANIFEST not in files:
        raise bundle_error(f"the bundle has no {MANIFEST}")
    rego = [_module(path, data) for path, data in files.items() if path.endswith(".rego")]
    modules = tuple(one for one in rego if not one.path.endswith(TEST))
    if not modules:
        raise bundle_error("the bundle has no file of Rego")
    return Bundle(
        digest=_digest(files),
        manifest=manifest(files[MANIFEST]),
        modules=modules,
        tests=tuple(one for one in rego if one.path.endswith(TEST)),
        data=_data(files.get(DATA, b"{}")),
    )


def _bounded(files: Mapping[str, bytes]) -> None:
    if len(files) > MOST_FILES:
        raise bundle_error(f"the bundle has more than {MOST_FILES} files")
    for path, data in files.items():
        if not _PATH.fullmatch(path):
            raise bundle_error(f"{shortened(path, 120)!r} is no path that a bundle may have")
        if path not in {MANIFEST, DATA} and not path.endswith(".rego"):
            hint = f"a bundle has {MANIFEST}, {DATA} at its root, *.rego and pages *.md"
            raise bundle_error(f"{path} is no file of a bundle", hint=hint)
        if len(data) > LARGEST:
            raise bundle_error(f"{path} has more than {LARGEST:,} bytes")
    # The time to parse TOML is quadratic in the dots of one key.
    _check_lines(MANIFEST, files.get(MANIFEST, b"").decode("utf-8", "replace"))
    if sum(map(len, files.values())) > ALL_BYTES:
        raise bundle_error(f"the bundle has more than {ALL_BYTES:,} bytes")


def _digest(files: Mapping[str, bytes]) -> str:
    """Over the sorted paths, each before its file, each with its length: no two sets share it."""
    whole = hashlib.sha256(_DOMAIN)
    for path, data in files.items():
        for part in (path.encode("ascii"), data):
            whole.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{whole.hexdigest()}"


def _data(content: bytes) -> bytes:
    try:
        value = parsed(content)
    except EntryError as error:
        raise bundle_error(f"{DATA}: {shortened(error.message, 200)}") from error
    if not isinstance(value, dict):
        raise bundle_error(f"{DATA} is no object")
    return msgspec.json.encode(value, order="deterministic")


def _module(path: str, data: bytes) -> Module:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bundle_error(f"{path} is not UTF-8") from error
    _check_lines(path, text)
    _check_depth(path, text)
    return Module(path=path, text=text)


def _check_lines(path: str, text: str) -> None:
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise bundle_error(f"{path} has more than {MOST_LINES:,} lines")
    for number, line in enumerate(lines, 1):
        if len(line) > WIDEST:
            raise bundle_error(f"{path}:{number}: more than {WIDEST:,} characters on one line")


_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*|[\[({]|[\])}]')


def _check_depth(path: str, text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}.get(token[0], 0)
        if depth > DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            raise bundle_error(f"{path}:{line}: more than {DEEPEST} brackets inside each other")
