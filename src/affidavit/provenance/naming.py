"""Which agent and which model a text names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.provenance.catalogue import UNSPECIFIED, expression

if TYPE_CHECKING:
    from affidavit.provenance.catalogue import Catalogue

_LONGEST = 300
"""How much of a value is looked at, in characters: a name stands at its start."""

_MAKER = r"(?:(?:github|microsoft|google|openai|anthropic|the|an?)[ /])?"

# After a name may stand: nothing; a version; punctuation that begins a model, tool or list; or a
# word that goes with a product. A further bare word does not, as it may be a surname.
_AFTER = (
    r"(?:$|[ \t]*[:(\[,;/+&@|]|[ _-]?v?\d|[ \t]+[a-z][a-z.-]*-v?\d"
    r"|[ _-](?:code|cli|agent|ai|app|action|desktop|opus|sonnet|haiku|fable|pro|flash|mini|max"
    r"|coder|chat|turbo|plus|nano|ultra|preview|assistant|model|llm|gpt|auto)\b"
    r"|[ \t]+(?:with|via|using|and|in|on|running|powered|through|by|for)[ \t])"
)
_VERSION = r"[ ._:-]?v?\d"
_MODEL = (
    r"\b((?:claude[ -])?(?:opus|sonnet|haiku|fable)[ -]\d[\w.-]*(?: \(\d+[km] context\))?"
    r"|claude[ -]\d[\d.-]*[ -](?:opus|sonnet|haiku|fable)[\w.-]*"
    r"|(?:chat)?gpt[ -]?\d[\w.-]*(?: (?:mini|nano|pro|codex|turbo))?|o[134]-(?:mini|pro|preview)"
    r"|gemini[ -]\d[\w.-]*(?: (?:pro|flash|ultra)(?:[ -]lite)?)?"
    r"|(?:deepseek|qwen|kimi|glm|grok|llama|mistral|codestral|devstral|minimax)"
    r"(?:[ -]?v?\d[\w.-]*|-[\w.-]*\w))"
)
_KERNEL = r"[\w .-]{1,40}:[ ]?(\w[\w./:+-]*)(?:[ \t]+[\[(].*)?"
_ADDRESS = re.compile(r"<[^<>]*>?|\S@\S")
_CLEANED = re.compile(r"[^a-z0-9]+")


class Names:
    """The agents and models that a text can name, by the catalogue's words for them."""

    def __init__(self, catalogue: Catalogue) -> None:
        agents = catalogue.agents.items()
        self._plain = {
            word: slug for slug, agent in agents for word in agent.names if word[-1:] != ":"
        }
        self._tools = {
            word[:-1]: slug for slug, agent in agents for word in agent.names if word[-1:] == ":"
        }
        self._models = {word: slug for slug, agent in agents for word in agent.models}
        self._titles = {agent.title.lower(): slug for slug, agent in agents}
        self._agent = expression(
            rf"{_MAKER}(?:({_any(self._plain)}){_AFTER}|({_any(self._tools)})[ \t]*:"
            rf"|({_any(self._models)}){_VERSION})"
        )
        self._model = expression(_MODEL)
        self._kernel = expression(_KERNEL)

    def agent(self, text: str) -> str | None:
        """The slug of the agent that `text` begins by naming, or ``None``.

        In the form ``TOOL:MODEL`` the model may name it. A person's name that begins like an
        agent's (``Claude Martin``) names none, nor does anything with an address in it.
        """
        text = text[:_LONGEST].strip()
        if _ADDRESS.search(text):
            return None
        return self._named(text) or self._named(text.partition(":")[2].strip())

    def product(self, text: str) -> str | None:
        """The slug of the agent whose product's name `text` is, or that it begins by naming.

        For places where no person's name can stand: ``Devin`` is a product here, and none there.
        """
        return self._titles.get(text.strip().lower()) or self.agent(text)

    def model(self, text: str) -> str | None:
        """The model that `text` states, as written there, or ``None``."""
        if "://" in text:
            # An address may hold a product's name, and states no model.
            return None
        data = _bytes(text)
        if found := self._kernel.fullmatch(data) or self._model.search(data):
            return plain_model((found.group(1) or b"").decode())
        return None

    def _named(self, text: str) -> str | None:
        found = self._agent.match(_bytes(text.lower()))
        if found is None:
            return None
        tables = (self._plain, self._tools, self._models)
        word, table = next(
            (word, table) for number, table in enumerate(tables, 1) if (word := found.group(number))
        )
        return table[word.decode()]


def plain_model(text: str | None) -> str | None:
    """`text` without what joined it to a part that was left out (``gpt-5-``); ``None`` if empty."""
    return (text or "").rstrip("-._") or None


def slug(text: str) -> str:
    """`text` as an agent's slug: lower-case letters, digits and hyphens, at most 40 characters."""
    return _CLEANED.sub("-", text.lower()).strip("-")[:40].strip("-") or UNSPECIFIED


def _any(words: dict[str, str]) -> str:
    """An alternation of `words`, longer ones first, so that the fullest name is taken."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _bytes(text: str) -> bytes:
    return text[:_LONGEST].encode(errors="replace")
