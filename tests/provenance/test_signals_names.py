"""The agents and models that a typed value names."""

from __future__ import annotations

import pytest

from affidavit.provenance.catalogue import load
from affidavit.provenance.naming import Names, slug


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Claude", "claude-code"),
        ("claude-opus-4-8-high", "claude-code"),
        ("Claude Code 2.1.133 / Claude Opus 4.7", "claude-code"),
        ("Anthropic Claude", "claude-code"),
        ("Opus 4.7", "claude-code"),
        ("Opus", None),
        ("Claude claude-opus-4-6 claude-code-2.1.92", "claude-code"),
        ("Cursor claude-opus-4.5", "cursor"),
        ("Cursor Auto", "cursor"),
        ("pi gpt-5.5", "pi"),
        ("Claude Martin", None),
        ("Claude Martin: thanks", None),
        ("Claudette", None),
        ("Claude <claude@example.org>", None),
        ("GitHub Copilot (agent mode)", "copilot-cli"),
        ("Copilot with GPT-5", "copilot-cli"),
        ("copilot-swe-agent", "copilot-cloud-agent"),
        ("Copilot Airlines", None),
        ("Gemini CLI", "gemini-cli"),
        ("Gemini 2.5 Pro", "gemini-cli"),
        ("Cursor", "cursor"),
        ("cursor-pagination.py", None),
        ("gpt-4o", "openai"),
        ("ChatGPT", "openai"),
        ("codex-gpt-5.5-medium", "codex"),
        ("Devin", None),
        ("Devin AI", "devin"),
        ("devin:latest", "devin"),
        ("Crush:kimi-for-coding", "crush"),
        ("Unknown:qwen3-coder", "qwen-code"),
        ("kimi-k2", "kimi"),
        ("an AI assistant", "unspecified"),
        ("AI", "unspecified"),
        ("AI working group", None),
        ("", None),
        (":", None),
    ],
)
def test_an_agent_is_named_at_the_start_of_a_value(text: str, agent: str | None) -> None:
    assert Names(load()).agent(text) == agent


def test_a_product_may_be_called_what_a_person_may() -> None:
    assert [Names(load()).product(text) for text in ("Devin", " jules ", "protoc")] == [
        "devin",
        "jules",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Claude Opus 4.6 (1M context)", "Claude Opus 4.6 (1M context)"),
        ("Claude 3.5 Sonnet", "Claude 3.5 Sonnet"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet-20241022"),
        ("opencode (deepseek-v4.1-flash)", "deepseek-v4.1-flash"),
        ("Gemini 2.5 Pro", "Gemini 2.5 Pro"),
        ("Crush:hf:moonshotai/Kimi-K2.6", "hf:moonshotai/Kimi-K2.6"),
        ("gpt-5- and others", "gpt-5"),
        ("Claude Opus", None),
        ("https://claude.ai/code", None),
        ("Ada Lovelace", None),
    ],
)
def test_a_model_is_read_as_it_is_written(text: str, model: str | None) -> None:
    assert Names(load()).model(text) == model


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Home Grown/Tool 2", "home-grown-tool-2"), ("¡", "unspecified"), ("a" * 60, "a" * 40)],
)
def test_a_slug_is_short_and_plain(text: str, expected: str) -> None:
    assert slug(text) == expected
