from __future__ import annotations

import pytest
import regorus

from affidavit.policy.checking import trees
from affidavit.policy.reads import MOST, How, reads

WHOLE = None


def read(*modules: str, v0: bool = False) -> set[str] | None:
    """What `modules` read, each path as ``a.b``, with what of it where that is not the whole."""
    engine = regorus.Engine()
    engine.set_rego_v0(v0)
    for number, text in enumerate(modules):
        engine.add_policy(f"{number}.rego", text)
    found = reads(trees(engine.get_ast_as_json().encode()))
    if found is None:
        return WHOLE
    return {".".join(one.path) + ("" if one.how is How.WHOLE else f" {one.how}") for one in found}


def of(body: str, *, head: str = "", top: str = "") -> set[str] | None:
    return read(f"package p\n{top}\n\nf(x) := x\n\ndeny contains {head or 1} if {{\n{body}\n}}\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("input.a == 1", {"a"}),
        ('input["a"] == 1', {"a"}),
        ('input["\\u0061"].b == 1', {"a.b"}),
        ("input.a.b.c.d == 1", {"a.b.c"}),
        ("some k; input.a[k].c == 1", {"a.*.c"}),
        ("input.a[_]", {"a"}),
        ("input.a.b[0]", {"a.b"}),
        ("input.a[input.b.c].d", {"a.*.d", "b.c"}),
        ('input.a["x y"].d', {"a.*.d"}),
        ("input.a[`raw`].d", {"a.*.d"}),
        ("some x in input.a", {"a"}),
        ("every k, v in input.a { v > input.b }", {"a", "b"}),
        ("not input.a.b", {"a.b"}),
        ("count([x | x := input.a[_].b]) > 0", {"a.*.b"}),
        ("count({x: y | x := input.a; y := input.b}) > 0", {"a", "b"}),
        ('{"k": input.a} == {"k": [input.b, {input.c}]}', {"a", "b", "c"}),
        ("f(input.a) == 1", {"a"}),
        ('object.get(input.a, "b", 1) == 1', {"a"}),
        ('object.get(input.a, ["b", "c"], input.d) == 1', {"a", "d"}),
        ("x := input.a; x.b == 1", {"a"}),
        ("input.a + input.b > -input.c", {"a", "b", "c"}),
        ("is_null(input.a.b)", {"a.b kind"}),
        ("is_object(input.a[_].b)", {"a.*.b kind"}),
        ("is_null(input.a[_])", {"a"}),
        ("is_null(input.a.b.c.d)", {"a.b.c"}),
        ("count(object.keys(input.a)) == 1", {"a keys"}),
        ("count(input.a) == 1", {"a"}),
        ("is_null([input.a])", {"a"}),
        ("is_null(input.a.b, input.a)", {"a", "a.b"}),
        ("data.p.x with data.p.x as input.a", {"a"}),
        ('startswith("input # of", input.a) # input', {"a"}),
        ("`\ninput\n` == input.a", {"a"}),
        ("true", set()),
    ],
)
def test_a_reference_with_fixed_names_reads_these_fields(body: str, expected: set[str]) -> None:
    assert of(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "input == 1",
        "input[x] == 1; x := 2",
        "input[_] == 1",
        "input[_].a == 1",
        'input["x y"] == 1',
        "input[`a`] == 1",
        "input[input.a] == 1",
        "x := input; x.a == 1",
        "x = input",
        "some x in input",
        "some k, v in input; k == v",
        "every x in input { x }",
        "f(input) == 1",
        'object.get(input, "a", 1) == 1',
        "count(object.keys(input)) == 1",
        "is_null(input)",
        "json.marshal(input) == 1",
        "count([input]) == 1",
        "count({input.a: input}) == 1",
        "[x | x := input]",
        "not input",
        "1 in input",
        "input | {1}",
        "[input.a, input][_].b",
        "data.p.x with input as {}",
        "data.p.x with input.a as 1",
        "data.p.x with input.a.b as input.a.b",
        "data.p.x with data.p.x as input",
        "count([1 | data.p.x with input.a as 1]) == 1",
        "some input in [1]; input.a",
        "some input; input = {}; input.a",
        "every input in [1] { input > 0 }",
        "some input, v in input.a",
        "data.input.a == 1",
    ],
)
def test_any_other_use_of_the_input_reads_all_of_it(body: str) -> None:
    assert of(body) is WHOLE


@pytest.mark.parametrize(
    ("rego", "expected"),
    [
        ("import input.change as c\n\ndeny contains 1 if c.draft", {"change"}),
        ("import input.change\n\ndeny contains 1 if change.draft", {"change"}),
        ("import input.a.b as c\n\ndeny contains 1 if c.draft", {"a.b"}),
        ("import input.a as input\n\ndeny contains 1 if input.b", WHOLE),
        ("import input as i\n\ndeny contains 1 if i.b", WHOLE),
        ("import input.a as a\n\ndeny contains 1 if data.q.x with a as 1", WHOLE),
        ("import data.input\n\ndeny contains 1 if input.b", WHOLE),
        ("f(input) := input.b", WHOLE),
        ("f(input.a) := 1", {"a"}),
        ("default deny := input.a", {"a"}),
        ("deny := 1 if false else := input.a if input.b else := input.c", {"a", "b", "c"}),
        ("deny contains input.a", {"a"}),
        ("deny contains input", WHOLE),
        ("deny[input.a].x := input.b", {"a", "b"}),
        ("deny := [input.a | input.b]", {"a", "b"}),
    ],
)
def test_a_use_of_the_input_is_seen_wherever_it_stands(
    rego: str, expected: set[str] | None
) -> None:
    assert read(f"package p\n{rego}\n") == expected


def test_modules_together_read_what_each_of_them_does() -> None:
    one = "package p\ndeny contains 1 if input.a\n"
    two = "package q\ndeny contains 1 if input.b.c\n"
    assert read(one, two) == {"a", "b.c"}
    assert read(one, two, "package r\nx := input\n") is WHOLE


def test_a_module_of_v0_is_understood_likewise() -> None:
    assert read('package p\ndeny[msg] { input.a > 1; msg := "x" }\n', v0=True) == {"a"}
    assert read("package p\ndeny[x] { input[x] }\n", v0=True) is WHOLE
    assert read("package p\nimport input as i\ndeny[x] { i[x] }\n", v0=True) is WHOLE


def test_places_are_counted_in_bytes() -> None:
    assert of('"é€𝄞" == input.a', top="# é€𝄞 input") == {"a"}


def test_a_use_that_the_syntax_tree_does_not_show_reads_all() -> None:
    engine = regorus.Engine()
    engine.add_policy("a.rego", "package p\nx := input.a\n")
    (tree,) = trees(engine.get_ast_as_json().encode())
    assert reads([tree]) is not None
    tree.ast["rules"] = []
    assert reads([tree]) is WHOLE


def test_a_policy_with_very_many_paths_reads_all() -> None:
    rules = "\n".join(f"x{n} := input.a{n}" for n in range(MOST))
    assert len(read(f"package p\n{rules}\n") or ()) == MOST
    assert read(f"package p\n{rules}\ny := input.b\n") is WHOLE
