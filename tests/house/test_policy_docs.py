"""Every field of a policy's input has its line in the documentation, and is in the schema."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import affidavit.policy as room
from affidavit.app.policy.starting import default_files
from affidavit.changes.gate.touched import KINDS
from affidavit.ledger.decided import PolicyDecided
from affidavit.policy import input as form
from affidavit.policy.bundle import bundle_of
from affidavit.policy.manifest import Manifest
from affidavit.policy.model import Decision
from affidavit.policy.rules import ids_of, rules_of
from affidavit.policy.schema import SCHEMA_FILE, input_schema

if TYPE_CHECKING:
    import msgspec

DOCS = Path(__file__).parents[2] / "docs"
FORM = (DOCS / "formats/policy-input.md").read_text(encoding="utf-8")
PARTS: dict[str, list[type[msgspec.Struct]]] = {
    "# What a policy is asked: `affidavit/policy-input@1`": [form.PolicyInput],
    "## `change`": [form.Change],
    "## `classes`": [form.PathClass],
    "## `teams`": [form.Teams],
    "## `ai`": [form.Ai],
    "## `authors`": [form.Authors],
    "## `approvals`": [form.Approvals, form.Approver],
    "## `checklist`": [form.Checklist],
    "## `checks`": [form.Checks],
    "## `scan`": [form.Scan],
    "## `emergency`": [form.Emergency],
    "## `waivers`": [form.Waiver],
    "## `gate`": [form.Gate],
}


def documented() -> dict[str, list[str]]:
    """What the rows of the tables under each heading are about, in order."""
    parts = re.split(r"^(#+ .*)$", FORM, flags=re.MULTILINE)[1:]
    return {
        heading: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_every_field_of_the_input_has_its_line_in_order() -> None:
    fields = {
        heading: [name for one in structs for name in one.__struct_fields__]
        for heading, structs in PARTS.items()
    }
    assert documented() == fields


def fields_of(page: str) -> list[str]:
    """What the rows of the tables of a page are about, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^\| `\[?(\w+)\]?` \|", text, re.MULTILINE)


def test_every_field_of_a_recorded_decision_has_its_line_in_order() -> None:
    assert fields_of("formats/policy-decision.md") == [*PolicyDecided.__struct_fields__]


def test_every_field_of_a_manifest_has_its_line_in_order() -> None:
    assert fields_of("formats/policy-bundle.md") == [*Manifest.__struct_fields__]


def test_every_field_of_a_decision_has_its_line() -> None:
    assert sorted(fields_of("policy.md")) == sorted(["result", *Decision.__struct_fields__])


def test_every_rule_and_setting_of_the_default_bundle_is_on_its_page() -> None:
    page = (DOCS / "policy/default.md").read_text(encoding="utf-8")
    files = default_files()
    bundle = bundle_of(files)
    settings = json.loads(files["data.json"])["settings"]
    wanted = {*ids_of(rules_of(bundle.modules)), *settings, *bundle.manifest.classes}
    assert sorted(one for one in wanted if not re.search(rf"`{re.escape(one)}[`.]", page)) == []


def test_the_default_bundle_has_the_classes_that_its_settings_name() -> None:
    files = default_files()
    settings = json.loads(files["data.json"])["settings"]
    tiers = [one for tier in settings["tiers"].values() for one in tier["classes"]]
    named = {*tiers, *settings["teams"], *settings["second_person"]}
    # Of files by what they are there is a class without a pattern.
    assert named - {*KINDS} == {*bundle_of(files).manifest.classes}


def test_the_schema_in_the_package_equals_the_types() -> None:
    kept = Path(room.__path__[0]) / SCHEMA_FILE
    assert kept.read_bytes() == input_schema()
