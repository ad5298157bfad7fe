"""Files that change how things run, by their paths: the patterns are in docs/changes.md."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from affidavit.changes.critical import CriticalPaths
from affidavit.changes.record.model import Flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN = 20
"""Paths of a flag that are named; all are counted."""
PATTERNS = MappingProxyType(
    {
        "agent-instructions": (
            *("**/AGENTS.md", "**/AGENT.md", "**/CLAUDE.md", "**/CLAUDE.local.md", "**/GEMINI.md"),
            *("**/SKILL.md", "**/.claude/**", "**/.codex/**", "**/.gemini/**", "**/.junie/**"),
            *("**/.cursor/**", "**/.cursorrules", "**/.windsurf/**", "**/.windsurfrules"),
            *("**/.clinerules", "**/.clinerules/**", "**/.roo/**", "**/.kiro/**", "**/.amazonq/**"),
            *("**/.continue/**", "**/.opencode/**", "**/opencode.json", "**/.aider.conf.yml"),
            *("**/.mcp.json", "**/mcp.json", ".github/copilot-instructions.md"),
            *(".github/instructions/**", ".github/prompts/**", ".github/agents/**"),
        ),
        "deployment": (
            *(".github/workflows/**", ".github/actions/**", ".gitlab-ci.yml", ".circleci/**"),
            *("**/Jenkinsfile", "**/azure-pipelines*.yml", "bitbucket-pipelines.yml"),
            *("**/Dockerfile*", "**/Containerfile", "**/*.dockerfile", "**/docker-compose*.y*ml"),
            *("**/compose.y*ml", "**/*.tf", "**/*.tfvars", "**/k8s/**", "**/kubernetes/**"),
            *("**/helm/**", "**/charts/**", "**/ansible/**", "**/deploy/**", "**/Procfile"),
            *("**/fly.toml", "**/render.yaml", "**/vercel.json", "**/netlify.toml"),
            *("**/serverless.y*ml", "**/wrangler.toml"),
        ),
        "environment": (
            *("**/.env", "**/.env.*", "**/*.env", "**/.envrc", "**/.tool-versions"),
            *("**/.python-version", "**/.node-version", "**/.nvmrc", "**/.ruby-version"),
            *("**/.java-version", "**/environment.y*ml", "**/.devcontainer/**", "**/flake.nix"),
        ),
        "configuration": (
            *("**/*.toml", "**/*.y*ml", "**/*.ini", "**/*.cfg", "**/*.conf", "**/*.properties"),
            *("**/config/**", "**/settings.py", "**/package.json", "**/tsconfig*.json"),
            *("**/*.config.js", "**/*.config.ts", "**/*.config.mjs", "**/CODEOWNERS"),
        ),
    }
)
"""A path may have several flags."""


class Flags:
    """Tells the flags of paths."""

    def __init__(self) -> None:
        self._sets = {flag: CriticalPaths(patterns) for flag, patterns in PATTERNS.items()}

    def of(self, paths: Sequence[str]) -> tuple[Flag, ...]:
        """The flags of `paths`, in the order of `PATTERNS`."""
        return tuple(self._flags(paths))

    def _flags(self, paths: Sequence[str]) -> Iterator[Flag]:
        for flag, patterns in self._sets.items():
            met = [path for path in paths if patterns.touched((path,))]
            if met:
                yield Flag(flag=flag, paths=tuple(met[:SHOWN]), count=len(met))
