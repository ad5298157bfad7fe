from __future__ import annotations

import pytest

from affidavit.policy.capabilities import ALLOWED, STUBBED
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Answer
from affidavit.policy.regorus import Regorus
from rego_bundles import MANIFEST, a_bundle

HEAD = "package p\n\nf(n) := n\n\ndeny contains y if "


def refusal(rego: str, **more: str) -> tuple[Failure, str]:
    with pytest.raises(EvaluationError) as refused:
        Regorus(a_bundle(rego, **more))
    return refused.value.failure, refused.value.message


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("time.now_ns()", "time.now_ns is not allowed: the time is in the input"),
        ('http.send({"url": "http://x"})', "http.send is not allowed: a policy reaches no"),
        ("opa.runtime()", "opa.runtime is not allowed: a policy sees no environment"),
        ('rand.intn("a", 5)', "rand.intn is not allowed: the same input"),
        ('uuid.rfc4122("a")', "uuid.rfc4122 is not allowed: the same input"),
        ("print(1)", "print is not allowed: nothing would read it"),
        ('trace("x")', "trace is not allowed: nothing would read it"),
        ('units.parse("1")', "units.parse is not allowed: a short text"),
        ("walk({})", "walk is not allowed: engines answer it differently"),
        ('strings.count("a", "a")', "strings.count is not allowed: engines"),
        ('yaml.unmarshal("a")', "yaml.unmarshal is not allowed: it is not on the list"),
        ("unheard_of(1)", "unheard_of is not allowed: nothing defines it"),
        ("data.q.g(1)", "data.q.g is not allowed: nothing defines it"),
        ('glob.match("**/a", ["/"], "a")', "glob.match is not allowed: its pattern"),
        ('glob.match(input.x, ["/"], "a")', "glob.match is not allowed: its pattern"),
        ('sprintf("%-5d", [1])', "sprintf is not allowed: its format"),
    ],
)
def test_a_call_that_is_not_allowed_is_named_with_its_place(call: str, what: str) -> None:
    failure, message = refusal(f"{HEAD}y := {call}\n")
    place, _, told = message.partition(": ")
    assert (failure, place.rpartition(":")[0]) == (Failure.CAPABILITY, "a.rego:5")
    assert told.startswith(what)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("y := 1 with time.now_ns as 5", "with time.now_ns is not allowed: only input and data"),
        ("y := f(1) with data.p.f as time.now_ns", "with … as time.now_ns is not allowed"),
        ("y := [1 | not time.now_ns() < 5]", "time.now_ns is not allowed"),
        ("every y in [1] { rand.intn(y, 5) > 0 }", "rand.intn is not allowed"),
        ("y := {a: b | a := 1; b := opa.runtime()}", "opa.runtime is not allowed"),
    ],
)
def test_no_construct_hides_a_builtin(body: str, what: str) -> None:
    failure, message = refusal(HEAD + body + "\n")
    assert failure is Failure.CAPABILITY
    assert what in message


def test_an_alias_does_not_hide_a_builtin() -> None:
    rego = "package p\nimport data.time as time\ndeny contains y if y := time.now_ns()\n"
    found = refusal(rego, b="package time\nnow_ns() := 5\n")
    assert found[1].endswith(
        "time.now_ns is not allowed: a function of the bundle has a builtin's name"
    )


def test_functions_of_the_bundle_can_be_called_by_every_name_they_have() -> None:
    rego = (
        "package p\nimport data.lib\nimport data.lib.twice as double\nown(n) := n\n"
        "deny contains [own(1), lib.twice(1), double(2), data.lib.twice(3), data.p.own(4)]\n"
    )
    found = Regorus(a_bundle(rego, lib="package lib\ntwice(n) := n * 2\n"))
    assert found.query("data.p.deny", b"{}") == Answer(value=b"[[1,2,4,6,4]]")


@pytest.mark.parametrize(
    "rego",
    [
        "package p\nf(n) := f(n - 1)\ndeny contains f(1)\n",
        "package p\nf(n) := g(n)\ng(n) := f(n)\ndeny contains f(1)\n",
        "package p\nf(n) := n\ng(n) := f(n)\ndeny contains y if { y := f(1) with data.p.f as g }\n",
    ],
)
def test_functions_that_call_themselves_are_refused_before_they_are_called(rego: str) -> None:
    failure, message = refusal(rego)
    assert failure is Failure.BUNDLE
    assert message.startswith("functions call themselves: data.p.")


def test_an_entry_point_that_no_rule_defines_is_an_error_at_once() -> None:
    assert refusal("package q\n\ndeny := []\n")[1] == "no rule of the bundle defines data.p.deny"
    assert refusal("package p\n\ndeny(x) := x\n")[1] == "no rule of the bundle defines data.p.deny"


def test_data_at_the_place_of_a_rule_are_refused() -> None:
    found = refusal("package p\n\ndeny := []\n", data='{"p":{"deny":["x"]}}')
    assert found[1] == "data.json has a value where the rule data.p.deny is"


@pytest.mark.parametrize(
    ("rego", "line"), [("deny[msg] { msg := 1 }", "2:11"), ("allow { true }", "2:7")]
)
def test_rego_of_v0_is_named_with_its_line_and_how_to_rewrite_it(rego: str, line: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        Regorus(a_bundle(f"package p\n{rego}\n"))
    assert refused.value.message.startswith(f"a.rego:{line.partition(':')[0]}:")
    assert "`allow if {` and `deny contains msg if {`" in refused.value.hint


def test_rego_of_v0_runs_where_the_bundle_declares_it() -> None:
    rego = 'package p\ndeny[msg] { input.n > 1; msg := "many" }\n'
    engine = Regorus(a_bundle(rego, MANIFEST + 'rego = "v0"\n'))
    assert engine.query("data.p.deny", b'{"n":2}') == Answer(value=b'["many"]')
    assert engine.query("data.p.deny", b'{"n":1}') == Answer(value=b"[]")


@pytest.mark.parametrize("name", sorted(STUBBED))
def test_the_engine_itself_refuses_what_the_syntax_did_not_show(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.policy.checking.ALLOWED", ALLOWED | STUBBED.keys())
    arguments = ", ".join(["input"] * STUBBED[name])
    engine = Regorus(a_bundle(f"{HEAD}y := {name}({arguments})\n"))
    with pytest.raises(EvaluationError) as refused:
        engine.query("data.p.deny", b"{}")
    assert refused.value.failure is Failure.FAILED
    assert f"{name} is not allowed" in refused.value.message


def test_nothing_is_both_allowed_and_replaced_by_a_refusal() -> None:
    assert sorted(ALLOWED & STUBBED.keys()) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            {"b": "package affidavit_asked\n\nx := 1\n"},
            "b.rego has the package affidavit_asked, which no bundle has",
            id="package",
        ),
        pytest.param(
            {"b": "package affidavit_asked.answers\n\nx := 1\n"},
            "b.rego has the package affidavit_asked.answers, which no bundle has",
            id="package inside",
        ),
        pytest.param(
            {"data": '{"affidavit_asked":{}}'},
            "data.json has the key affidavit_asked, which no bundle has",
            id="data",
        ),
    ],
)
def test_the_name_under_which_an_engine_asks_is_no_bundles(
    more: dict[str, str], message: str
) -> None:
    assert refusal("package p\n\ndeny := []\n", **more) == (Failure.BUNDLE, message)


def test_a_package_that_only_begins_like_that_name_is_a_bundles() -> None:
    rego = "package p\n\ndeny := data.affidavit_asked_too.none\n"
    found = Regorus(a_bundle(rego, b="package affidavit_asked_too\n\nnone := []\n"))
    assert found.query("data.p.deny", b"{}") == Answer(value=b"[]")
