"""Statements of in-toto: however they are wrapped and spelt, and what they say of a build."""

from __future__ import annotations

import json

import pytest

import result_samples as samples
from affidavit.base.digest import sha256
from affidavit.base.errors import InputError
from affidavit.ledger.attested import Statement, Thing
from affidavit.sources.results.intoto import read_statements
from affidavit.sources.results.slsa import Build, public_type, read_build
from result_samples import ARTIFACT, COMMIT, TREE, a_source, bundle, dsse, slsa_1

NOTHING = Build("", "", "", "", 0, "", (), frozenset())


def only(value: object) -> Statement:
    (found,) = read_statements(a_source(value)).read
    return found


def built(**predicate: object) -> Build:
    return read_build(only({**slsa_1(), **predicate}))


def refused(value: object) -> str:
    with pytest.raises(InputError) as caught:
        read_statements(a_source(value))
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "form", "signatures"),
    [
        (slsa_1(), "statement", 0),
        (dsse(slsa_1()), "dsse", 1),
        (bundle(slsa_1()), "bundle", 1),
    ],
)
def test_a_statement_is_read_bare_in_an_envelope_and_in_a_bundle(
    value: object, form: str, signatures: int
) -> None:
    found = only(value)
    assert (found.line, found.form, found.signatures) == (1, form, signatures)
    assert found.subjects == (Thing("", (("sha256", ARTIFACT),)),)
    assert found.predicate == slsa_1()["predicate"]


def test_the_digest_of_a_statement_is_that_of_its_bytes() -> None:
    payload = json.dumps(slsa_1()).encode()
    assert {only(one).digest for one in (slsa_1(), dsse(slsa_1()))} == {sha256(payload)}


def test_a_payload_in_the_other_alphabet_of_base64_is_read() -> None:
    envelope = dsse({**slsa_1(), "x": "\u00fb\u00ff\u00fe~~~???"})
    plain = str(envelope["payload"])
    urlsafe = {**envelope, "payload": plain.replace("+", "-").replace("/", "_")}
    assert only(urlsafe) == only(envelope)


def test_what_gittuf_writes_is_read() -> None:
    found = only(dsse(samples.GITTUF, "application/vnd.gittuf+json"))
    assert found.predicate_type == "https://gittuf.dev/github-pull-request-approval/v0.1"
    assert read_build(found) == NOTHING._replace(git=frozenset({TREE}))


def test_a_field_in_both_spellings_is_read_where_they_agree() -> None:
    both = {**slsa_1(), "predicate_type": slsa_1()["predicateType"]}
    assert only(both).predicate_type == "https://slsa.dev/provenance/v1"


def test_notes_of_source_tool_are_read_line_by_line_and_lines_that_are_none_are_told() -> None:
    lines = [bundle(samples.SOURCE_VSA), bundle(slsa_1())]
    data = b"\n".join(
        [json.dumps(lines[0]).encode(), b'{"half', b"", json.dumps(lines[1]).encode()]
    )
    found = read_statements(a_source(data))
    assert [one.line for one in found.read] == [1, 4]
    assert [line for line, _ in found.unread] == [2]


def test_provenance_v1_says_who_built_what_from_which_commit() -> None:
    assert read_build(only(slsa_1())) == Build(
        builder="https://github.com/alice/pay/.github/workflows/x.yml@main",
        build_type="https://actions.github.io/buildtypes/workflow/v1",
        invocation="https://github.com/alice/pay/actions/runs/7/attempts/1",
        finished="2026-11-21T12:00:00Z",
        materials=1,
        result="",
        levels=(),
        git=frozenset({COMMIT}),
    )


def test_provenance_v02_takes_a_bare_sha1_for_a_commit_where_it_comes_from_git() -> None:
    found = read_build(only(samples.SLSA_02))
    assert (found.materials, found.git, found.invocation) == (2, frozenset({COMMIT}), "7-1")
    assert found.builder == "https://github.com/slsa-framework/generator@refs/tags/v1.9.0"


def test_a_summary_says_what_was_verified() -> None:
    found = read_build(only(samples.SOURCE_VSA))
    assert (found.result, found.git) == ("PASSED", frozenset({COMMIT}))
    assert found.levels == ("SLSA_SOURCE_LEVEL_3", "ORG_SOURCE_TESTED")


def test_a_result_counts_where_its_predicate_has_one() -> None:
    tests = "https://in-toto.io/attestation/test-result/v0.1"
    assert built(predicateType=tests, predicate={"result": "FAILED"}).result == "FAILED"
    assert built(predicateType=tests, predicate={"result": "Alice"}).result == ""
    assert built(predicate={"result": "FAILED"}).result == ""


@pytest.mark.parametrize(
    "predicate",
    [
        {},
        {"runDetails": 3, "buildDefinition": []},
        {"buildDefinition": {"resolvedDependencies": [3, {"digest": {"gitCommit": 7}}]}},
        {"runDetails": {"builder": {"id": 3}, "metadata": {"finishedOn": "yesterday"}}},
    ],
)
def test_fields_of_another_type_are_as_good_as_none(predicate: dict[str, object]) -> None:
    found = built(predicate=predicate)
    assert found._replace(materials=0) == NOTHING


def test_types_of_specifications_are_public_and_others_are_not() -> None:
    assert public_type("https://slsa.dev/provenance/v1")
    assert public_type("https://github.com/actions/runner/github-hosted")
    assert not public_type("https://github.com/alice/pay/build@v1")
    assert not public_type("https://slsa.dev.example/provenance/v1")
    assert not public_type("https://slsa.dev/x?name=Alice Example")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (b"", "x:1: not JSON: Expecting value"),
        (b'{"a":\n 1,\n', "x:3: not JSON: Expecting property name enclosed in double quotes"),
        (b'{"a": 1, "a": 2}', "x:1: not JSON in UTF-8 with each key once"),
        (b'{"a": "\\ud800"}', "x:1: not JSON in UTF-8 with each key once"),
        (b"[" * 50_000, "x:1: not JSON in UTF-8 with each key once"),
        (b"\xff", "x:1: not JSON in UTF-8 with each key once"),
        (b"3", "x:1: no statement: not an object"),
        ({}, "x:1: no statement: Object missing required field `predicate`"),
        (dsse(3), "x:1: the payload is no statement: not an object"),
        (dsse({}, "text/plain"), "x:1: the payload is 'text/plain', no statement"),
        ({**dsse({}), "payload": "!"}, "x:1: the payload is not base64"),
        ({**bundle({}), "dsseEnvelope": None}, "x:1: the bundle holds no statement"),
        (
            {**slsa_1(), "predicate_type": "https://slsa.dev/provenance/v0.2"},
            "x:1: predicateType stands twice, and differs",
        ),
        ({**slsa_1(), "_type": "https://x"}, "x:1: the type 'https://x' is no in-toto statement's"),
        ({**slsa_1(), "predicateType": ""}, "x:1: predicateType is missing"),
        (
            {**slsa_1(), "subject": [{"digest": 3}]},
            "x:1: no statement: Expected `object`, got `int`",
        ),
        (b'{"a": 1}\n{"b": 2}', "x:1: no statement: Object missing required field `predicate`"),
    ],
)
def test_what_is_no_statement_is_named_by_line(value: object, message: str) -> None:
    assert refused(value).startswith(message)


def test_more_statements_than_are_read_are_refused() -> None:
    line = json.dumps(slsa_1()).encode() + b"\n"
    assert refused(line * 1_001) == "x:1001: more than 1,000 statements"


def test_more_subjects_than_are_read_are_refused() -> None:
    many = {**slsa_1(), "subject": [{"digest": {}}] * 10_001}
    assert refused(many) == "x:1: more than 10,000 subjects"
