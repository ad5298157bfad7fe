"""Whether claims name who wrote a commit: for each agent a model and a session of its own."""

from __future__ import annotations

import pytest

from affidavit.provenance.attributed import is_named
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.model import Claim, Role, Tier


def claim(agent: str, model: str | None = None, session: str | None = None) -> Claim:
    return Claim(
        commit="1" * 40, rule="PRV-AI-001", tier=Tier.C, agent=agent, role=Role.AUTHOR,
        source="trailer", evidence="", digest="", model=model, session=session,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        pytest.param([claim("codex", "m", "s")], True, id="one that tells all"),
        pytest.param([claim("codex", "m"), claim("codex", None, "s")], True, id="one in parts"),
        pytest.param([claim("codex", "m", "s"), claim("codex")], True, id="one told again"),
        pytest.param([claim("codex", "m", "s"), claim("claude", "n", "t")], True, id="two whole"),
        pytest.param([], False, id="none"),
        pytest.param([claim("codex", "m")], False, id="no session"),
        pytest.param([claim("codex", None, "s")], False, id="no model"),
        pytest.param([claim("codex", "m", "s"), claim("claude")], False, id="a bare second"),
        pytest.param(
            [claim("codex", "m"), claim("claude", None, "s")], False, id="parts of two agents"
        ),
    ],
)
def test_each_agent_has_a_model_and_a_session_of_its_own(
    claims: list[Claim], *, named: bool
) -> None:
    assert (is_named(claims), is_named(claims[::-1])) == (named, named)


@pytest.mark.parametrize("nobody", ["", UNSPECIFIED])
@pytest.mark.parametrize(
    ("model", "session", "others", "named"),
    [
        pytest.param("m", "s", [], False, id="alone"),
        pytest.param(None, None, [claim("codex", "m", "s")], True, id="with nothing of its own"),
        pytest.param("m", "s", [claim("codex", "m", "s")], True, id="the same model and session"),
        pytest.param(None, "t", [claim("codex", "m", "s")], False, id="with another session"),
        pytest.param("n", None, [claim("codex", "m", "s")], False, id="with another model"),
        pytest.param(None, "s", [claim("codex", "m")], False, id="with what the other lacks"),
    ],
)
def test_an_agent_without_a_name_is_not_named(
    nobody: str, model: str | None, session: str | None, others: list[Claim], *, named: bool
) -> None:
    assert is_named([claim(nobody, model, session), *others]) is named
