"""Attested lines of chance, and the schemas that records of them are held against.

The schemas say what the specifications say: Agent Trace 0.1.0, git-ai's ``authorship/3.0.0``, and
in-toto's Statement v1 with test-result v0.1, SVR v0.2 and SLSA's verification summary v1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from affidavit.provenance.gitai_log import Span, Spans, united
from affidavit.provenance.records.model import Attests, LineClaim

if TYPE_CHECKING:
    from collections.abc import Iterable


def ai(
    path: str,
    spans: Spans,
    *,
    agent: str = "claude-code",
    model: str | None = "claude-opus-4-6",
    session: str | None = None,
) -> LineClaim:
    """Lines of an agent."""
    return LineClaim(
        path=path, attests=Attests.AI, spans=spans, agent=agent, model=model, session=session
    )


def merged(
    claims: Iterable[LineClaim],
) -> dict[tuple[str, str, str, str | None, str | None], Spans]:
    """The lines of each path by whom they are attested to."""
    found: dict[tuple[str, str, str, str | None, str | None], Spans] = {}
    for one in claims:
        key = (one.path, str(one.attests), one.agent, one.model, one.session)
        found[key] = united(found.get(key, ()), one.spans or ())
    return found


SPANS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 20)).map(lambda at: Span(at[0], sum(at))),
    min_size=1,
    max_size=4,
).map(united)
PATHS = st.lists(
    st.text("abc .-é", min_size=1, max_size=5).filter(
        lambda name: name.strip(". ") == name and name != "-"
    ),
    min_size=1,
    max_size=3,
).map("/".join)
_AGENTS = st.sampled_from(["claude-code", "codex", "copilot-cli", "gemini-cli", "factory-droid"])
_SESSIONS = st.none() | st.sampled_from(["abc", "0f9e-1", "https://tool.example/chats/7"])
_MODELS = st.none() | st.sampled_from(["claude-opus-4-6", "gpt-5-codex"])
_OF_AGENT = st.builds(
    LineClaim,
    path=PATHS,
    attests=st.sampled_from([Attests.AI, Attests.MIXED]),
    spans=SPANS,
    agent=_AGENTS,
    model=_MODELS,
    session=_SESSIONS,
)
_OF_NONE = st.builds(
    LineClaim,
    path=PATHS,
    attests=st.sampled_from([Attests.HUMAN, Attests.UNKNOWN]),
    spans=SPANS,
)
CLAIMS = st.lists(_OF_AGENT | _OF_NONE, max_size=6)

_CONTRIBUTOR = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"enum": ["human", "ai", "mixed", "unknown"]},
        "model_id": {"type": "string", "maxLength": 250},
    },
    "additionalProperties": False,
}
_RANGE = {
    "type": "object",
    "required": ["start_line", "end_line"],
    "properties": {
        "start_line": {"type": "integer", "minimum": 1},
        "end_line": {"type": "integer", "minimum": 1},
        "content_hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "contributor": _CONTRIBUTOR,
    },
    "additionalProperties": False,
}
_CONVERSATION = {
    "type": "object",
    "required": ["ranges"],
    "properties": {
        "url": {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:[!-~]+$"},
        "contributor": _CONTRIBUTOR,
        "ranges": {"type": "array", "minItems": 1, "items": _RANGE},
    },
    "additionalProperties": False,
}
AGENT_TRACE = {
    "type": "object",
    "required": ["version", "id", "timestamp", "files"],
    "properties": {
        "version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "timestamp": {"type": "string", "pattern": "^[0-9-]{10}T[0-9:.]+(Z|[+-][0-9:]{5})$"},
        "vcs": {
            "type": "object",
            "required": ["type", "revision"],
            "properties": {
                "type": {"const": "git"},
                "revision": {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"},
            },
            "additionalProperties": False,
        },
        "tool": {
            "type": "object",
            "required": ["name", "version"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "version": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "files": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["path", "conversations"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "conversations": {"type": "array", "minItems": 1, "items": _CONVERSATION},
                },
                "additionalProperties": False,
            },
        },
        "metadata": {"type": "object"},
    },
    "additionalProperties": False,
}

_AGENT_ID = {
    "type": "object",
    "required": ["tool", "id", "model"],
    "properties": {name: {"type": "string", "minLength": 1} for name in ("tool", "id", "model")},
    "additionalProperties": False,
}
GIT_AI = {
    "type": "object",
    "required": ["schema_version", "base_commit_sha", "prompts"],
    "properties": {
        "schema_version": {"const": "authorship/3.0.0"},
        "git_ai_version": {"type": "string"},
        "base_commit_sha": {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"},
        "prompts": {"type": "object", "maxProperties": 0},
        "sessions": {
            "type": "object",
            "propertyNames": {"pattern": "^s_[0-9a-f]{14}$"},
            "additionalProperties": {
                "type": "object",
                "required": ["agent_id"],
                "properties": {
                    "agent_id": _AGENT_ID,
                    "human_author": {"type": "string"},
                    "custom_attributes": {
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": {"type": "string"},
                    },
                },
                "additionalProperties": False,
            },
        },
        "humans": {
            "type": "object",
            "propertyNames": {"pattern": "^h_[0-9a-f]{14}$"},
            "additionalProperties": {
                "type": "object",
                "required": ["author"],
                "properties": {"author": {"type": "string", "minLength": 1}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}

_URI = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$"}
_DIGEST_SET = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]+$"},
}
_DESCRIPTOR = {
    "type": "object",
    "anyOf": [{"required": ["uri"]}, {"required": ["digest"]}, {"required": ["content"]}],
    "properties": {
        "name": {"type": "string"},
        "uri": _URI,
        "digest": _DIGEST_SET,
        "annotations": {"type": "object"},
    },
    "additionalProperties": False,
}
_DESCRIPTORS = {"type": "array", "items": _DESCRIPTOR}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_TIME = {"type": "string", "pattern": "^[0-9-]{10}T[0-9:.]+(Z|[+-][0-9:]{5})$"}


def statement_schema(kind: str, predicate: dict[str, object]) -> dict[str, object]:
    """The schema of a Statement v1 with a predicate of the type `kind`."""
    return {
        "type": "object",
        "required": ["_type", "subject", "predicateType", "predicate"],
        "properties": {
            "_type": {"const": "https://in-toto.io/Statement/v1"},
            "subject": {"type": "array", "minItems": 2, "maxItems": 2, "items": _DESCRIPTOR},
            "predicateType": {"const": kind},
            "predicate": {"type": "object", "additionalProperties": False, **predicate},
        },
        "additionalProperties": False,
    }


TEST_RESULT = statement_schema(
    "https://in-toto.io/attestation/test-result/v0.1",
    {
        "required": ["result", "configuration"],
        "properties": {
            "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
            "configuration": _DESCRIPTORS,
            "url": _URI,
            "passedTests": _TEXTS,
            "warnedTests": _TEXTS,
            "failedTests": _TEXTS,
        },
    },
)
SVR = statement_schema(
    "https://in-toto.io/attestation/svr/v0.2",
    {
        "required": ["verifier", "timeCreated", "properties"],
        "properties": {
            "verifier": {
                "type": "object",
                "required": ["id", "policies"],
                "properties": {"id": _URI, "policies": _DESCRIPTORS},
                "additionalProperties": False,
            },
            "timeCreated": _TIME,
            "properties": _TEXTS,
        },
    },
)
SOURCE_VSA = statement_schema(
    "https://slsa.dev/verification_summary/v1",
    {
        "required": ["verifier", "resourceUri", "policy", "verificationResult", "verifiedLevels"],
        "properties": {
            "verifier": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": _URI},
                "additionalProperties": False,
            },
            "timeVerified": _TIME,
            "resourceUri": _URI,
            "policy": {**_DESCRIPTOR, "required": ["uri"]},
            "inputAttestations": {
                "type": "array",
                "items": {**_DESCRIPTOR, "required": ["digest"]},
            },
            "verificationResult": {"enum": ["PASSED", "FAILED"]},
            "verifiedLevels": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "string",
                    "pattern": "^(SLSA_SOURCE_LEVEL_[0-4]|ORG_SOURCE_[A-Z0-9_]+|FAILED)$",
                },
            },
            "slsaVersion": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+$"},
        },
    },
)
