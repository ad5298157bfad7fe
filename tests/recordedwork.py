"""Commits with records of other tools, in the places where the tools keep them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import msgspec

from gitrepo import BEN
from recorded import as_json
from transcribed import ROOT, claude, jsonl, result, use

if TYPE_CHECKING:
    from gitobjects import Content
    from gitrepo import Repo

FILE = "a.py"
OTHER = "b.py"
CHECKPOINT = "0c1a2b3d4e5f"
BRANCH = "entire/checkpoints/v1"
SESSION = "s_0123456789abcd::t_0123456789abcd"
ANOTHER = "s_fedcba98765432::t_0123456789abcd"
PERSON = "h_0123456789abcd"
AGENTS = {"s_0123456789abcd": ("claude", "claude-opus-4-6"), "s_fedcba98765432": ("codex", "gpt-5")}
AFTER = 1_772_366_400
"""An hour after what `transcribed` says was written: 2026-03-01T12:00:00Z."""


def note(*entries: str, path: str = FILE) -> str:
    """A note of git-ai with these lines about one file; two sessions and a person are known."""
    said = {
        "schema_version": "authorship/3.0.0",
        "prompts": {},
        "sessions": {
            key: {"agent_id": {"tool": tool, "id": "x", "model": model}}
            for key, (tool, model) in AGENTS.items()
        },
        "humans": {PERSON: {"author": "Ben <ben@example.org>"}},
    }
    lines = "".join(f"  {entry}\n" for entry in entries)
    return f"{path}\n{lines}---\n{msgspec.json.encode(said).decode()}"


def trace(commit: str, first: int, last: int, *, kind: str = "ai") -> str:
    """A record of Agent Trace about lines of `FILE` at a commit."""
    contributor = {"type": kind} | ({"model_id": "openai/gpt-5"} if kind == "ai" else {})
    return json.dumps(
        {
            "version": "0.1.0",
            "id": "550e8400-e29b-41d4-a716-446655440000",
            "timestamp": "2026-01-23T14:30:00Z",
            "vcs": {"type": "git", "revision": commit},
            "tool": {"name": "codex", "version": "1"},
            "files": [
                {
                    "path": FILE,
                    "conversations": [
                        {
                            "contributor": contributor,
                            "ranges": [{"start_line": first, "end_line": last}],
                        }
                    ],
                }
            ],
        }
    )


def work(repo: Repo, message: str = "Work") -> str:
    """A commit of a person who adds two lines to each of two files, after one that begins them."""
    repo.commit("Begin", files={FILE: "one\n", OTHER: "two\n"})
    files: dict[str, Content] = {
        FILE: "one\nalpha = 1\nbeta = 2\n",
        OTHER: "two\ngamma = 3\ndelta = 4\n",
    }
    return repo.commit(message, author=BEN, files=files, date=AFTER)


def linked(repo: Repo) -> str:
    """Such a commit that names `CHECKPOINT`."""
    return work(repo, f"Work\n\nEntire-Checkpoint: {CHECKPOINT}")


def checkpoint(repo: Repo, *sessions: dict[str, object], **files: Content) -> None:
    """Sessions of `CHECKPOINT` on the branch of Entire, and files of the first of them."""
    folder = f"{CHECKPOINT[:2]}/{CHECKPOINT[2:]}"
    kept: dict[str, Content] = {
        f"{folder}/{number}/metadata.json": as_json({"session_id": f"s-{number}", **each})
        for number, each in enumerate(sessions)
    }
    kept |= {f"{folder}/0/{name}.jsonl": body for name, body in files.items()}
    repo.commit("Checkpoint", files=kept, branch=BRANCH, parents=())


def share(agent: int, total: int, **more: int) -> dict[str, object]:
    """What a session says of its share of the lines."""
    return {"initial_attribution": {"agent_lines": agent, "total_committed": total, **more}}


def receipt(commit: str, **said: object) -> bytes:
    """A receipt of AIIR for `commit`, which says what `said` says besides."""
    core: dict[str, object] = {
        "type": "aiir.commit_receipt",
        "schema": "aiir/commit_receipt.v2",
        "version": "1.7.0",
        "commit": {"sha": commit},
        "ai_attestation": {},
        "provenance": {"repository": None},
    }
    text = json.dumps(core, sort_keys=True, separators=(",", ":"))
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return as_json(core | {"timestamp": "2026-03-12T12:13:52Z", "content_hash": digest} | said)


def by_tool(name: str) -> dict[str, object]:
    """What a receipt says of the tool that it was told of."""
    return {"agent_attestation": {"tool_id": name}}


def written(path: str, *lines: str, session: str = "s-1") -> bytes:
    """A transcript of Claude Code in which these lines of a file were written."""
    text = "".join(f"{one}\n" for one in lines)
    call = use("Write", file_path=f"{ROOT}/{path}", content=text)
    said = claude("assistant", [call]) | {"sessionId": session}
    return jsonl(said, claude("user", [result()]) | {"sessionId": session})
