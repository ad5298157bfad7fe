"""An organisation written out and tested by the program, in this process."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from staff import configuration, day
from truth import DAY
from written_export import Lacking, exported
from written_git import Names, written
from written_ledger import recorded

from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from oracle import Found
    from truth import Organisation


class Desk(NamedTuple):
    """Where an organisation was written out."""

    org: Organisation
    folder: Path
    names: Names


def desk(org: Organisation, folder: Path, *, identities: bool = True, ledger: bool = True) -> Desk:
    """Write `org` out in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = written(org, folder / "shop.git", identities=identities)
    exported(org, names, folder / "shop.jsonl")
    if ledger:
        with patch.dict(os.environ, {"AFFIDAVIT_HOME": str(folder / "home")}):
            recorded(org, names, folder)
    return Desk(org, folder, names)


def judged(
    at: Desk,
    *,
    forge: str | None = "shop.jsonl",
    ledger: bool = True,
) -> Found:
    """What the program says of each item."""
    end = day(at.org.end - DAY)
    args: list[str | Path] = ["controls", "test", at.folder / "shop.git", "--json", "--quiet"]
    args += ["--since", day(at.org.start), "--until", end, "--name", "firm/shop"]
    if forge is not None:
        args += ["--forge", at.folder / forge]
    if ledger:
        args += ["--ledger", at.folder]
    if at.org.configured:
        args += ["--config", _configured(at)]
    with patch.dict(os.environ, {"AFFIDAVIT_HOME": str(at.folder / "home")}):
        ended = ran(*args, here=at.folder)
    assert ended.err == "", ended.err
    rows = json.loads(ended.out)["items"]
    found = {(one["test"], one["item"]): one["result"] for one in rows}
    assert len(found) == len(rows), "an item stands twice"
    assert ended.status == _status(set(found.values()))
    return found


def _status(results: set[str]) -> int:
    if "deviation" in results:
        return 1
    return 3 if not results or "unknown" in results else 0


def _configured(at: Desk) -> Path:
    """The configuration in a file of the engagement's own."""
    org, place = at.org, at.folder / "engagement.toml"
    text = configuration(org.criteria, org.people, org.versions[0][1], services=org.services)
    place.write_text(text)
    return place


def differences(truth: Found, found: Found) -> dict[tuple[str, str], tuple[str, str]]:
    """The items about which two disagree."""
    return {
        key: (truth.get(key, "no item"), found.get(key, "no item"))
        for key in truth.keys() | found.keys()
        if truth.get(key) != found.get(key)
    }


def lacking(at: Desk, without: Lacking) -> Path:
    """Another export, which lacks something."""
    return exported(at.org, at.names, at.folder / "lacking.jsonl", without)
