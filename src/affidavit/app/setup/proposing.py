"""The files that a repository gets: templates, filled with what was asked for."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from affidavit.app.policy.starting import FOLDER, default_files
from affidavit.app.setup.agreed import agreed
from affidavit.app.setup.model import NO_FORGE, File
from affidavit.app.setup.ruleset import ruleset_text
from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.policy.bundle import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from affidavit.app.setup.model import Ci
    from affidavit.app.setup.source import Source

UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2"
DOWNLOAD = "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0"
"""The only code of others that the workflows run, each by its commit."""
HOOK = ".githooks/pre-push"
WORKFLOWS = ("affidavit-gate", "affidavit-review", "affidavit-rejudge", "affidavit-audit")
_BLANK = re.compile(r"@@([A-Z]+)@@")
_HANDLE = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,60}(?:/[A-Za-z0-9._-]{1,100})?\Z")
_NOBODY = "not named yet"
_ASKED = '"forge": "asked"'


def proposed(
    ci: Ci | Literal["kept", "both"] | None,
    source: Source | None,
    owner: str | None,
    today: date,
    *,
    hooks: bool,
) -> tuple[File, ...]:
    """Every file of the set-up, in the order of their paths.

    Where no forge will be asked, the policy says so and reports of tests stand for its checks;
    `kept` is a forge whose pipelines were set up before, `both` the same and now GitLab's besides.

    Raises:
        UsageError: `owner` cannot stand in a document.
    """
    blanks = _documents(owner, today)
    forge = ci in {"github", "kept", "both"}
    told = {**blanks, **agreed(default_files()[DATA], forge=forge)}
    found = [*_gate(forge=forge), *_policy(forge=forge), *_security(told)]
    if ci == "github":
        found += _github(source, blanks)
    elif ci in {"gitlab", "both"}:
        found += _gitlab(source, blanks)
    if hooks:
        found.append(File(path=HOOK, text=template("gate/pre-push"), executable=True))
    return tuple(sorted(found, key=lambda one: one.path))


def template(name: str) -> str:
    """The text of a template."""
    return (files("affidavit.app.setup") / "files" / name).read_text(encoding="utf-8")


def filled(text: str, blanks: Mapping[str, str]) -> str:
    """`text` with each ``@@NAME@@`` replaced; a line that holds nothing else takes its lines."""
    return _BLANK.sub(lambda found: blanks[found[1]].rstrip("\n"), text)


def _documents(owner: str | None, today: date) -> dict[str, str]:
    name = _NOBODY if owner is None else owner.strip()
    if not 0 < len(name) <= 100 or visible(name) != name or "|" in name or "@@" in name:
        raise UsageError("--owner is a name of at most 100 characters on one line")
    try:
        review = today.replace(year=today.year + 1)
    except ValueError:
        review = today.replace(year=today.year + 1, day=28)
    handle = name if _HANDLE.match(name) else "@YOUR-TEAM"
    dates = {"DATE": today.isoformat(), "REVIEW": review.isoformat()}
    return {"OWNER": name, "HANDLE": handle, **dates}


def _gate(*, forge: bool) -> Iterator[File]:
    blanks = {"CHECKED": "checks" if forge else "tests"}
    yield File(path="affidavit.toml", text=filled(template("gate/affidavit.toml"), blanks))
    for name in ("allowed_signers", "revoked_signers.toml", "signers.toml"):
        yield File(path=f"affidavit/{name}", text=template(f"gate/{name}"))


def _policy(*, forge: bool) -> Iterator[File]:
    """The default bundle, file by file."""
    for name, data in default_files().items():
        if name.endswith((".rego", ".toml", ".json")):
            text = data.decode("utf-8")
            if name == DATA and not forge:
                text = text.replace(_ASKED, NO_FORGE)
            yield File(path=f"{FOLDER}/{name}", text=text)


def _security(blanks: Mapping[str, str]) -> Iterator[File]:
    for name in ("code-review-policy", "security-checklist", "exception-log"):
        text = filled(template(f"papers/{name}.md"), blanks)
        yield File(path=f"docs/security/{name}.md", text=text)


def _github(source: Source | None, blanks: Mapping[str, str]) -> Iterator[File]:
    steps = {
        "FETCH": template("github/fetch"),
        "INSTALL": _install("github", source),
        "UPLOAD": UPLOAD,
        "DOWNLOAD": DOWNLOAD,
    }
    for name in WORKFLOWS:
        text = filled(template(f"github/{name}.yml"), steps)
        yield File(path=f".github/workflows/{name}.yml", text=text)
    yield File(path="affidavit/ruleset.json", text=ruleset_text())
    yield _owners(".github/CODEOWNERS", ("CODEOWNERS", "docs/CODEOWNERS"), blanks)
    name = "pull_request_template.md"
    others = (name, f"docs/{name}")
    yield File(
        path=f".github/{name}",
        text=template("papers/request_template.md"),
        others=(*others, ".github/PULL_REQUEST_TEMPLATE"),
    )


def _gitlab(source: Source | None, blanks: Mapping[str, str]) -> Iterator[File]:
    steps = {"INSTALL": _install("gitlab", source)}
    text = filled(template("gitlab/affidavit.gitlab-ci.yml"), steps)
    yield File(path=".gitlab/affidavit.gitlab-ci.yml", text=text)
    yield File(path=".gitlab-ci.yml", text=template("gitlab/gitlab-ci.yml"))
    yield _owners(".gitlab/CODEOWNERS", ("CODEOWNERS", "docs/CODEOWNERS"), blanks)
    path = ".gitlab/merge_request_templates/Default.md"
    yield File(path=path, text=template("papers/request_template.md"))


def _owners(path: str, others: tuple[str, ...], blanks: Mapping[str, str]) -> File:
    """The owners of the gate's own files; as remarks where nobody is named by a handle."""
    text = filled(template("papers/CODEOWNERS"), blanks)
    if not _HANDLE.match(blanks["OWNER"]):
        lines = (f"# {line}" if line.startswith("/") else line for line in text.splitlines())
        text = "\n".join((*lines, "# Put a team in the place of @YOUR-TEAM, without the mark.\n"))
    return File(path=path, text=text, others=others)


def _install(ci: str, source: Source | None) -> str:
    if source is None:
        return template(f"{ci}/install-nothing")
    blanks = {"ADDRESS": source.address, "DIGEST": source.digest}
    return filled(template(f"{ci}/install-{source.kind}"), blanks)
