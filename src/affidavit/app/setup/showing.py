"""What a set-up would change, as a unified diff, and what remains open after it."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME
from affidavit.app.setup.model import State
from affidavit.app.setup.proposing import template
from affidavit.app.setup.ruleset import ruleset_command, ruleset_text
from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.setup.model import Ci, Plan, Step, Wanted

LONGEST = 400
"""Characters of a line that are shown."""
MOST_LINES = 2_000
"""Lines of a file that stands in the way which are compared."""


def shown(plan: Plan) -> Iterator[str]:
    """The plan, line by line, safe for a terminal."""
    for step in plan.steps:
        if step.state is State.NEW:
            yield from _diff("", step.file.text, "/dev/null", f"b/{step.file.path}")
        elif step.state is State.OLDER:
            path = step.file.path
            yield from _diff(step.found or "", step.file.text, f"a/{path}", f"b/{path}")
    for step in plan.steps:
        if step.state in {State.DIFFERS, State.REFUSED}:
            yield from _conflict(step)
    if plan.hooks is State.NEW:
        yield "git config core.hooksPath .githooks"
    elif plan.hooks is State.DIFFERS:
        yield f"left as it is  core.hooksPath: {plan.hooks_why}"


def open_points(wanted: Wanted, plan: Plan) -> tuple[str, ...]:
    """What a set-up alone does not close, a paragraph each."""
    ci = wanted.ci
    names = [] if ci is None or wanted.source is not None else ["source"]
    names += [ci] if ci else ["local"] if plan.forgeless else []
    if ci == "gitlab":
        names += ["unasked"] if plan.forgeless else ["both"] if plan.kept else []
    names += ["hooks"] if wanted.hooks else []
    texts = (template(f"open/{name}.txt") for name in names)
    return tuple(" ".join(part.split()) for text in texts for part in text.split("\n\n"))


def next_steps(plan: Plan, ci: Ci | None) -> Iterator[str]:
    """What has to be done next, line by line."""
    yield from _to_add(plan)
    yield "Put your checks' names into affidavit.toml, and keys into affidavit/allowed_signers."
    yield "Let another person review this change and merge it: the gate reads it from the base."
    if ci == "github":
        yield "Then create the rule (affidavit/ruleset.json):"
        yield f"  {ruleset_command()}"
        yield from (f"  {line}" for line in ruleset_text().splitlines())
    yield "affidavit doctor tells what is still missing."


def _to_add(plan: Plan) -> Iterator[str]:
    """The tables that a configuration of before lacks, and that nobody but its owner adds."""
    for step in plan.steps:
        if step.file.path != FILE_NAME or step.state is not State.DIFFERS:
            continue
        for name in ("controls", "gate"):
            if f"[{name}]" not in (step.found or "").replace(" ", "").splitlines():
                yield f"Add to {FILE_NAME}, which has no [{name}]:"
                yield from (f"  {line}" for line in table(step.file.text, name))


def table(text: str, name: str) -> Iterator[str]:
    """The lines of a table of the configuration that a set-up writes."""
    within = False
    for line in text.splitlines():
        if line.startswith("["):
            within = line.startswith((f"[{name}]", f"[{name}."))
        if within and line and not line.startswith("#"):
            yield line


def _conflict(step: Step) -> Iterator[str]:
    if step.state is State.REFUSED:
        yield f"refused        {step.file.path}: {visible(step.found or '')}"
        return
    yield f"left as it is  {visible(step.where)}: it is there already; init would have written"
    if step.found is None:
        yield from _diff("", step.file.text, f"a/{step.where}", f"b/{step.file.path}")
    else:
        yield from _diff(step.found, step.file.text, f"a/{step.where}", f"b/{step.file.path}")


def _diff(before: str, after: str, old: str, new: str) -> Iterator[str]:
    """The difference; a text that is too long to compare is not."""
    lines = before.splitlines()
    if len(lines) > MOST_LINES:
        yield f"  {visible(old)} has more than {MOST_LINES:,} lines: not compared"
        return
    for line in unified_diff(lines, after.splitlines(), old, new, lineterm=""):
        yield "\t".join(visible(part) for part in shortened(line, LONGEST).split("\t"))
