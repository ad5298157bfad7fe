"""The schema and the report's types name the same fields and values, at every level."""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec
import pytest
from jsonschema import Draft202012Validator

from affidavit.app.config import FILE_NAME
from affidavit.app.settings import MAILMAP
from affidavit.audit.exceptions import DEPLOYED, REWRITTEN
from affidavit.audit.model import SCHEMA as NAME
from affidavit.audit.model import Report
from affidavit.audit.tables import PEOPLE
from affidavit.base.limit import SHOWN
from affidavit.changes import forms, landing
from affidavit.changes.exceptional import (
    NO_REVIEW,
    OUT_OF_ORDER,
    OUTSIDE,
    SELF_MERGED,
    UNAPPROVED,
    UNGATED,
)
from affidavit.package import json_report

Schema = dict[str, typing.Any]
SCHEMA: Schema = json.loads(
    (Path(json_report.__file__).parent / json_report.SCHEMA_FILE).read_text(encoding="utf-8")
)
DEFS: dict[str, Schema] = SCHEMA["$defs"]


def structs(root: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """`root` and every struct that its fields can hold, each once."""
    seen: list[type[msgspec.Struct]] = []
    waiting: list[object] = [root]
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if kind not in seen:
                seen.append(kind)
                waiting += typing.get_type_hints(kind).values()
        else:
            waiting += typing.get_args(kind)
    return iter(seen)


STRUCTS = sorted(structs(Report), key=lambda one: one.__name__)


def nodes(schema: object) -> Iterator[Schema]:
    """Every schema below `schema` that stands for a value, itself included."""
    if not isinstance(schema, dict):
        return
    yield schema
    for below in (*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()):
        yield from nodes(below)
    for one in (schema.get("items"), *schema.get("anyOf", ())):
        yield from nodes(one)


def followed(schema: Schema) -> Schema:
    return DEFS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def schema_of(struct: type[msgspec.Struct]) -> Schema:
    return SCHEMA if struct is Report else DEFS[struct.__name__]


def union(kinds: Sequence[object]) -> object:
    """The shape of one of `kinds`, of which one may say that the field can be left out."""
    some = [one for one in kinds if one is not msgspec.UnsetType]
    if len(some) == 1:
        return shape(some[0])
    return {"null or", *(shape(one) for one in some if one is not type(None))}


def shape(kind: object) -> object:
    """A type in words that `said` gives of a schema, too."""
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return union(arguments)
    if origin in {tuple, Sequence}:
        return ("array", shape(arguments[0]))
    if origin is dict:
        return "object"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "string"
    return {str: "string", int: "integer", bool: "boolean"}[cast("type", kind)]


def present(shaped: object) -> object:
    """`shaped` of a field that is absent rather than null."""
    return next(iter(shaped - {"null or"})) if isinstance(shaped, set) else shaped


def said(schema: Schema) -> object:
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in {one.__name__ for one in STRUCTS}:
        return name
    schema = followed(schema)
    if "anyOf" in schema:
        return {"null or", *(said(one) for one in schema["anyOf"] if one.get("type") != "null")}
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        return {"null or", *(one for one in kind if one != "null")}
    return ("array", said(schema["items"])) if kind == "array" else kind


@pytest.mark.parametrize("struct", STRUCTS)
def test_the_schema_names_the_fields_of_each_type_in_its_order(
    struct: type[msgspec.Struct],
) -> None:
    assert [*schema_of(struct)["properties"]] == [*struct.__struct_encode_fields__]


@pytest.mark.parametrize("struct", STRUCTS)
def test_the_schema_gives_each_field_its_type(struct: type[msgspec.Struct]) -> None:
    hints = typing.get_type_hints(struct)
    wanted = {name: shape(hints[name]) for name in struct.__struct_encode_fields__}
    if struct.__struct_config__.omit_defaults:
        wanted = {name: present(one) for name, one in wanted.items()}
    properties = schema_of(struct)["properties"]
    assert {name: said(one) for name, one in properties.items()} == wanted


@pytest.mark.parametrize("struct", STRUCTS)
def test_a_field_is_required_unless_its_default_is_left_out(struct: type[msgspec.Struct]) -> None:
    left_out = struct.__struct_config__.omit_defaults
    fields = msgspec.structs.fields(struct)
    assert schema_of(struct)["required"] == [
        one.encode_name
        for one in fields
        if one.required or not (left_out or one.default is msgspec.UNSET)
    ]


def test_the_schema_describes_no_type_that_a_report_does_not_hold() -> None:
    objects = {name for name, one in DEFS.items() if one.get("type") == "object"}
    assert objects == {one.__name__ for one in STRUCTS} - {"Report"}


def test_the_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema"]["const"] == SCHEMA["title"] == NAME


def test_every_object_is_closed() -> None:
    open_ = [
        one["description"]
        for one in nodes(SCHEMA)
        if one.get("type") == "object" and one["additionalProperties"] is not False
    ]
    assert open_ == [DEFS["MonthRow"]["properties"]["agents"]["description"]]


def test_every_field_and_every_definition_is_described() -> None:
    described = [
        *DEFS.items(),
        *(item for one in nodes(SCHEMA) for item in one.get("properties", {}).items()),
    ]
    assert [name for name, one in described if not one.get("description", "").endswith(".")] == []


def test_every_definition_is_used() -> None:
    text = json.dumps(SCHEMA)
    assert [name for name in DEFS if f'"#/$defs/{name}"' not in text] == []


@pytest.mark.parametrize("struct", STRUCTS)
def test_the_values_of_an_enumeration_are_those_of_the_code(struct: type[msgspec.Struct]) -> None:
    hints = typing.get_type_hints(struct)
    for name, one in schema_of(struct)["properties"].items():
        kind = hints[name]
        inner = next(iter(typing.get_args(kind)), kind)
        if isinstance(inner, type) and issubclass(inner, enum.Enum):
            inside = next(iter(one.get("anyOf", [])), one)
            values = set(followed(inside.get("items", inside))["enum"])
            # The forge names nobody, and so takes part in nothing.
            assert values == {each.value for each in inner} - {"forge"}


def test_the_forms_of_requests_are_those_of_the_code() -> None:
    known = {one.name for one in (*forms.SUBJECT_FORMS, *forms.LINE_FORMS)}
    known |= {f"{forge}-reviewed-on" for forge, _ in forms.REVIEWED_ON}
    known |= {"gitea-title", "gerrit-change-id"}
    request = DEFS["PullRequest"]["properties"]
    assert set(request["form"]["enum"]) == known
    assert set(request["forge"]["enum"]) == {name.partition("-")[0] for name in known} - {"bors"}


def test_other_words_and_bounds_are_those_of_the_code() -> None:
    own = [OUTSIDE, UNAPPROVED, UNGATED, SELF_MERGED, NO_REVIEW, OUT_OF_ORDER]
    properties = DEFS["Landing"]["properties"]
    assert DEFS["exception"]["enum"] == [REWRITTEN, OUTSIDE, DEPLOYED, *own[1:]]
    assert properties["exceptions"]["items"]["enum"] == own
    assert properties["claims"]["maxItems"] == landing.CLAIMS
    assert SCHEMA["properties"]["people"]["maxItems"] == PEOPLE
    assert DEFS["Limit"]["properties"]["items"]["maxItems"] == SHOWN
    assert DEFS["Setting"]["properties"]["file"]["enum"] == [MAILMAP, FILE_NAME]
