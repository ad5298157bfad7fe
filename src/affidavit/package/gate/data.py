"""The gate's answer as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import visible_json

if TYPE_CHECKING:
    from affidavit.changes.gate.answer import Answer


def text(answer: Answer) -> str:
    """One object on one line; no character of it can move a cursor."""
    return visible_json(msgspec.json.encode(answer).decode())
