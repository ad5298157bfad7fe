"""Which agent, model and session a record of a tool names."""

from __future__ import annotations

import re
from functools import cache

from affidavit.provenance.catalogue import UNSPECIFIED, load
from affidavit.provenance.gitai import agent_of, model_of
from affidavit.provenance.naming import Names
from affidavit.provenance.records.documents import link_of, name_of

_MAKER = re.compile(r".*/", re.DOTALL)
_SESSION = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_SEPARATOR = re.compile(r"[/\\]")
_NOBODY = frozenset({"agent", "ai", "ai-agent", "assistant", "none", "null", "other", "unknown"})


@cache
def names() -> Names:
    """The agents and models that a text can name."""
    return Names(load())


def known(tool: str) -> str | None:
    """The slug of an agent that has a name of its own here, or ``None``."""
    called = agent_of(tool)
    return called if called in load().agents else names().product(tool)


def agent(tool: str, told_model: str | None = None) -> str:
    """The agent that `tool` is, or else whose the model is; or the tool by what it is called."""
    found = known(tool) or (names().agent(told_model) if told_model else None)
    called = agent_of(tool)
    return found or (UNSPECIFIED if called in _NOBODY else called)


def model(told: str | None) -> str | None:
    """The model without who offers it, as in ``anthropic/claude-opus-4-5``."""
    return name_of(model_of(_MAKER.sub("", told or "")))


def session(told: str | None) -> str | None:
    """`told` where it is an id: of letters, digits, and ``. _ : -`` between them."""
    return told if told and _SESSION.fullmatch(told) else None


def session_at(url: str | None) -> str | None:
    """What an address calls a conversation: of a file its name alone, as folders name people."""
    if not url:
        return None
    if link := link_of(url):
        return name_of(link)
    return session(_SEPARATOR.split(url)[-1].partition("?")[0].removesuffix(".jsonl"))
