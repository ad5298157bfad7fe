"""The JSON schema of a policy's input, made of its types."""

from __future__ import annotations

import msgspec

from affidavit.policy.input import FORMAT, PolicyInput

SCHEMA_FILE = "policy-input-1.schema.json"
"""Where it lies, beside this module."""


def input_schema() -> bytes:
    """The schema, as the file has it: indented, with a last newline."""
    (_, components) = msgspec.json.schema_components([PolicyInput], ref_template="#/$defs/{name}")
    for one in components.values():
        one["additionalProperties"] = False
        # Python 3.13 takes the indent of a docstring away, earlier ones do not.
        one["description"] = " ".join(one["description"].split())
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:affidavit:policy-input:1",
        **components.pop("PolicyInput"),
        "title": FORMAT,
        "$defs": components,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
