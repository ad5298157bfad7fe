"""The fields that must be known stand twice in the default bundle: in a list and in a table."""

from __future__ import annotations

import re

from affidavit.app.policy.starting import default_files
from default_policy import told

KNOWN = default_files()["known.rego"].decode()


def fields(name: str) -> list[str]:
    """What of the input the rule called `name` has in it, in order."""
    rule = KNOWN.split(f"\n{name} := ")[1].split("\n\n")[0]
    return re.findall(r"\binput\.([a-z_.]+),", rule)


def test_the_list_has_the_fields_of_the_table() -> None:
    assert fields("needed") == fields("fields")
    assert len(fields("needed")) > 20


def test_each_of_them_that_is_null_is_said_to_be_unknown() -> None:
    found = {one: told({one.replace(".", "__"): None}) for one in fields("needed")}
    lost = [one for one, ids in found.items() if f"{one.partition('.')[0]}.known?" not in ids]
    assert lost == []
