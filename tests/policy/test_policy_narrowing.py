from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from affidavit.app.policy.starting import default_files
from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import PolicyError
from affidavit.policy.bundle import bundle_of
from affidavit.policy.deciding import decide, decided, encoded_input
from affidavit.policy.narrowing import narrowing
from affidavit.policy.reads import How, Read
from affidavit.policy.regorus import Regorus
from conformance_cases import CASES, QUERY
from conformance_cases import bundle as case_bundle
from opa_oracle import answer, needs_opa
from policy_default_cases import GOLDEN
from policy_inputs import policy_input, raw, touching
from rego_bundles import a_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.policy.bundle import Bundle


DEFAULT = bundle_of(default_files())


def cut(given_: object, *paths: str, **hows: How) -> object:
    """What is cut out of `given_` by those who read `paths`, and of others the keys or the kind."""
    found = [Read(path=tuple(one.split("."))) for one in paths]
    found += [Read(path=tuple(one.split("__")), how=how) for one, how in hows.items()]
    return json.loads(narrowing(found)(json.dumps(given_)))


def test_fields_that_are_read_stay_and_others_go() -> None:
    given_ = {"a": {"b": 1, "c": [2]}, "d": 3, "e": {"f": {"g": 1, "h": 2}}}
    assert cut(given_) == {}
    assert cut(given_, "a") == {"a": {"b": 1, "c": [2]}}
    assert cut(given_, "a.c", "e.f.g") == {"a": {"c": [2]}, "e": {"f": {"g": 1}}}
    assert cut(given_, "a", "a.b", "x.y") == {"a": {"b": 1, "c": [2]}}


def test_of_a_computed_key_or_index_all_stay() -> None:
    objects = {"a": {"x": {"b": 1, "c": 2}, "y": {"c": 3}, "z": None}, "d": 1}
    assert cut(objects, "a.*.b") == {"a": {"x": {"b": 1}, "y": {}, "z": None}}
    lists = {"a": [{"b": 1, "c": 2}, {"c": 3}, None]}
    assert cut(lists, "a.*.b") == {"a": [{"b": 1}, {}, None]}


def test_a_fixed_key_beside_a_computed_one_is_any_of_them() -> None:
    given_ = {"a": {"x": {"b": 1, "c": 2, "d": 3}}}
    assert cut(given_, "a.*.b", "a.y.c") == {"a": {"x": {"b": 1, "c": 2}}}
    assert cut(given_, "a.*.b", "a.y") == given_
    assert cut(given_, "a.*.b", "a.*.b.e", "a.y.c") == {"a": {"x": {"b": 1, "c": 2}}}


def test_keys_and_kinds_need_no_more_than_is_kept_for_others() -> None:
    given_ = {"a": {"x": {"b": 1, "c": 2}}}
    assert cut(given_, "a.*.b", a=How.KEYS) == {"a": {"x": {"b": 1}}}
    assert cut(given_, "a.x.b", a=How.KIND) == {"a": {"x": {"b": 1}}}
    assert cut(given_, "a.x.b", a=How.KEYS) == given_
    assert cut(given_, a=How.KEYS) == given_
    assert cut(given_, a=How.KIND) == given_
    assert cut(given_, "a.*.b", a__y=How.KIND) == given_


@pytest.mark.parametrize(
    "odd", [1, "x", True, 1.5, [], [{"b": 1}], {"x": 1}, {"x": "b"}, {"x": [1]}]
)
def test_all_stays_where_a_value_is_not_of_the_kind_that_was_expected(odd: object) -> None:
    given_ = {"a": odd, "d": 1}
    assert cut(given_, "a.x.b") == given_


@pytest.mark.parametrize("text", ["[]", "null", '"a"', "{", '{"b":"\\ud800"}', "", '{"a":01}'])
def test_what_is_no_object_stays_for_the_engine_to_judge(text: str) -> None:
    assert narrowing([Read(path=("a",))])(text) == text
    assert narrowing(None)(text) == text


def test_values_that_are_read_stay_as_they_are_written() -> None:
    text = '{"x":1,"a": [1e2, 1.0, "\\u0061\\/é", 123456789012345678901234567890]}'
    kept = '{"a":[1e2, 1.0, "\\u0061\\/é", 123456789012345678901234567890]}'
    assert narrowing([Read(path=("a",))])(text) == kept


def told(engine: Regorus, query: str, input_: bytes) -> object:
    try:
        return engine.query(query, input_).value
    except PolicyError as error:
        return error.message


def both(bundle: Bundle) -> list[Regorus]:
    """An engine that is handed what the rules read, and one that is handed the whole."""
    return [Regorus(bundle, whole=whole) for whole in (False, True)]


@pytest.mark.parametrize("case", CASES)
def test_every_case_of_conformance_is_answered_as_with_the_whole_input(
    case: dict[str, object],
) -> None:
    asked = case.get("input")
    more = {**asked, "unread": [{"a": 1}]} if isinstance(asked, dict) else asked
    try:
        engines = both(case_bundle(case))
    except PolicyError:
        return
    narrowed, whole = (told(one, QUERY, json.dumps(more).encode()) for one in engines)
    assert narrowed == whole


FIELD = st.sampled_from(["a", "b", "c", "d"])
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2), FIELD),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(FIELD, inner, max_size=3)),
    max_leaves=20,
)
ASKED = st.one_of(st.dictionaries(FIELD, VALUE, min_size=2), VALUE)
NAME = st.one_of(FIELD.map(".{}".format), FIELD.map('["{}"]'.format))
STEP = st.one_of(NAME, st.sampled_from(["[_]", "[k]", "[0]", "[input.a.a]"]))
FIXED = st.tuples(NAME, STEP, st.one_of(st.just(""), STEP)).map("input{0[0]}{0[1]}{0[2]}".format)
ODD = st.lists(STEP, max_size=3).map(lambda steps: "input" + "".join(steps))
REFERENCE = st.one_of(*[FIXED] * 7, ODD)
TERM = st.one_of(
    REFERENCE,
    REFERENCE.map("object.keys({})".format),
    REFERENCE.map("is_null({})".format),
    REFERENCE.map("is_object({})".format),
    REFERENCE.map("count({})".format),
    REFERENCE.map("f({})".format),
    REFERENCE.map("[z | z := {}]".format),
    REFERENCE.map('object.get({}, "a", 7)'.format),
    st.tuples(REFERENCE, REFERENCE).map(lambda two: "[{}, {{{}}}]".format(*two)),
    REFERENCE.map("g with data.p.g as {}".format),
)
RULE = st.one_of(
    TERM.map("deny contains x if {{ some k in [0, 1, `a`, `b`]; x := {} }}".format),
    REFERENCE.map("deny contains k if {{ some k, v in {}; v != 1 }}".format),
    REFERENCE.map("deny contains k if {{ some k in [`a`, `b`]; not {} }}".format),
    REFERENCE.map("deny contains x if x := g with input.d.a as {}".format),
    REFERENCE.map("deny contains 9 if {{ k := 1; every v in {} {{ v }} }}".format),
)
HEAD = "package p\nimport input.d.a as i\n\nf(x) := [x, input.d.b]\n\ng := i\n\n"


@settings(max_examples=100, deadline=None)
@given(rules=st.lists(RULE, min_size=1, max_size=3), asked=st.lists(ASKED, min_size=1, max_size=3))
@example(["deny contains input.a.b"], [{"a": {"b": 1, "c": 2}, "b": 1}])
@example(["deny contains 1 if count(input.a) == 2"], [{"a": {"b": 1, "c": 2}}])
def test_every_policy_answers_as_with_the_whole_input(
    rules: list[str], asked: list[object]
) -> None:
    rego = HEAD + "\n\n".join(rules) + "\n"
    try:
        engines = both(a_bundle(rego))
    except PolicyError:
        return
    for one in asked:
        data = json.dumps(one).encode()
        narrowed, whole = (told(engine, "data.p.deny", data) for engine in engines)
        assert narrowed == whole, rego


def test_what_the_default_bundle_reads_holds_no_path() -> None:
    paths = [f"path/{number}" for number in range(100)]
    classes = {"auth": {"files": 100, "lines": 1, "paths": paths, "owned": None}}
    asked = encoded_input(policy_input(paths=paths, classes=classes)).decode()
    handed = json.loads(Regorus(DEFAULT)._narrowed(asked))
    assert "path" not in json.dumps(handed)
    assert handed["classes"] == {"auth": {"files": 100, "owned": None}}


@pytest.fixture(scope="module")
def engines() -> list[Regorus]:
    return both(DEFAULT)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_default_bundle_decides_as_with_the_whole_input(
    name: str, engines: list[Regorus]
) -> None:
    asked = policy_input(**GOLDEN[name][0])
    narrowed, whole = (decide(engine, DEFAULT, asked) for engine in engines)
    assert narrowed == whole
    assert narrowed.input == sha256(encoded_input(asked))


@needs_opa
def test_the_opa_library_answers_alike_about_what_the_default_bundle_reads() -> None:
    narrowed = Regorus(DEFAULT)._narrowed
    modules = {one.path: one.text for one in DEFAULT.modules}
    data = json.loads(DEFAULT.data)
    for name in list(GOLDEN)[::4]:
        asked = encoded_input(policy_input(**GOLDEN[name][0])).decode()
        whole = answer(modules, "merge.deny", json.loads(asked), data)
        assert answer(modules, "merge.deny", json.loads(narrowed(asked)), data) == whole


def others(part: dict[str, object]) -> Iterator[dict[str, object]]:
    """`part` with each of its fields left out, and of other kinds."""
    for name, value in part.items():
        yield {key: one for key, one in part.items() if key != name}
        yield from ({**part, name: odd} for odd in (None, 0, "x", [], {}, [value], {"x": value}))
        if isinstance(value, dict):
            yield from ({**part, name: other} for other in others(value))


def test_the_default_bundle_decides_as_with_the_whole_input_whatever_a_field_is(
    engines: list[Regorus],
) -> None:
    kept = {name: one for name, one in touching("auth").items() if name in {"auth", "workflow"}}
    seen = set[str | None]()
    for one in others(raw(classes=kept)):
        narrowed, whole = (decided(engine, DEFAULT, canonical(one)) for engine in engines)
        assert narrowed == whole, one
        seen.add(whole.error)
    assert len(seen) > 1
