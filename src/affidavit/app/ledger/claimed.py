"""Claims as facts: what in them could name somebody stands as a commitment.

Notes and trailers are anybody's text: where an agent or a model should stand, a name or an address
can. Only words that are known to name agents and models stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.provenance.catalogue import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.provenance.model import Claim

OTHER = "other"
"""The agent of a claim whose agent is none that the rules know."""
LONGEST_MODEL = 64
"""Characters of a model's name that can stay as it is."""

_DATE = re.compile(r"\b20[2-9]\d-?[01]\d-?[0-3]\d\b", re.ASCII)
_FAMILY = (
    r"(?:chatgpt|claude|codestral|codex|command|composer|deepseek|devstral|fable|gemini|gemma|glm"
    r"|gpt|grok|haiku|kimi|llama|minimax|ministral|mistral|mixtral|opus|phi|qwen|qwq|sonnet|swe)"
)
_WORD = (
    r"(?:air|anthropic|chat|code|coder|codex|context|experimental|exp|fast|flash|google|high|instruct"
    r"|large|latest|lite|low|maverick|medium|mini|nano|openai|oss|preview|pro|reasoning|scout|small"
    r"|thinking|turbo)"
)
_NUMBER = r"(?:[vrkma]?\d{1,2}[omv]?|a?\d{1,3}[bkm]|0[1-9][0-3]\d)"
_PART = rf"(?:{_FAMILY}{_NUMBER}?|o[1-9]|{_WORD}|{_NUMBER})"
_MODEL = re.compile(rf"{_PART}(?:[ .:/-]{{1,2}}\(?{_PART}\)?){{0,9}}", re.ASCII | re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_MOST_NUMBERS = 4
"""Numbers of a model beside a date: with more of them it could be somebody's telephone number."""
_NAMES = re.compile(rf"(?<![a-z])(?:{_FAMILY}(?![a-z])|o[1-9])", re.ASCII | re.IGNORECASE)


class Said(NamedTuple):
    """What a claim says in the clear, and the values of its fields that are committed to."""

    clear: dict[str, object]
    hidden: tuple[tuple[str, str], ...]


def said(claim: Claim) -> Said:
    """`claim` with everything taken out of the clear that could name somebody."""
    hidden = [("evidence", claim.evidence)]
    agent, model = claim.agent, claim.model
    if agent not in load().agents:
        hidden.append(("agent_named", agent))
        agent = OTHER
    if model is not None and not is_model(model):
        hidden.append(("model_named", model))
        model = None
    clear: dict[str, object] = {
        "agent": agent,
        "commit": claim.commit,
        "model": model,
        "role": str(claim.role),
        "rule": claim.rule,
        "source": claim.source,
        "tier": str(claim.tier),
    }
    return Said(clear, tuple(hidden))


def claimed(claims: Sequence[Said], commitments: Iterator[str]) -> list[dict[str, object]]:
    """The bodies of `claims`, whose hidden values `commitments` are to, in their order."""
    return [
        {**one.clear, **{field: next(commitments) for field, _ in one.hidden}} for one in claims
    ]


def is_model(text: str) -> bool:
    """Whether `text` is surely the name of a model: a known family's, a number, and known words."""
    if len(text) > LONGEST_MODEL:
        return False
    plain = _DATE.sub("0101", text, count=1)
    return (
        _MODEL.fullmatch(plain) is not None
        and _NAMES.search(plain) is not None
        and 1 <= len(_NUMBERS.findall(plain)) <= _MOST_NUMBERS
    )
