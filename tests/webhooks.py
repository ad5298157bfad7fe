"""GitHub's own examples of what it sends when something happens."""

from __future__ import annotations

import json

from prism import MODULES

Shape = dict[str, object]


def examples(event: str) -> list[Shape]:
    """What was sent of an event, by GitHub and by servers of its own of several versions."""
    files = sorted((MODULES / "@octokit" / "webhooks-examples").glob("*/index.json"))
    kinds = [kind for file in files for kind in json.loads(file.read_bytes())]
    found = [one for kind in kinds if kind["name"] == event for one in kind["examples"]]
    assert found
    return found
