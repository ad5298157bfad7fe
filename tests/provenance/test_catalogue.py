"""The rules as data."""

from __future__ import annotations

import hashlib
from importlib import resources

import pytest

from affidavit.base.errors import AffidavitError
from affidavit.provenance.catalogue import ANY, Kind, either, expression, load, parse, part

HEAD = """
version = '1'
[agents]
robot = { title = 'Robot', names = ['robot'] }
"""
RULE = """
[[rule]]
id = 'PRV-ROBOT-001'
title = 'Robot'
agent = 'robot'
kind = 'text'
since = '1'
why = 'It says so.'
matches = ['made by robot']
misses = ['made by hand']
pattern = 'made by robot'
"""


def test_the_digest_is_of_the_bytes_the_rules_were_read_from() -> None:
    data = resources.files("affidavit.provenance").joinpath("rules.toml").read_bytes()
    assert load().digest == "sha256:" + hashlib.sha256(data).hexdigest()


def test_the_rules_are_loaded_once() -> None:
    assert load() is load()


def test_rules_keep_their_order_and_can_be_had_by_kind() -> None:
    rules = load().rules
    assert load().of(*Kind) == rules
    assert {rule.kind for rule in load().of(Kind.TEXT, Kind.LABEL)} == {Kind.TEXT, Kind.LABEL}


def test_every_rule_was_added_by_a_version_up_to_this_one() -> None:
    assert {rule.id for rule in load().rules if rule.since > load().version} == set()


def test_every_named_agent_can_be_claimed_or_typed() -> None:
    claimed = {rule.agent for rule in load().rules if rule.agent not in {ANY, ""}}
    assert claimed <= set(load().agents)


def test_addresses_logins_and_keys_are_written_in_lower_case() -> None:
    values = [value for r in load().rules for value in (*r.addresses, *r.logins, *r.keys, r.agent)]
    assert [value for value in values if value != value.lower()] == []


def test_no_address_account_or_login_belongs_to_two_rules() -> None:
    values = [value for r in load().rules for value in (*r.addresses, *r.logins, *r.platform_ids)]
    assert len(values) == len(set(values))


def test_what_a_rule_lowers_is_a_rule() -> None:
    ids = {rule.id for rule in load().rules}
    assert {name for rule in load().rules for name in rule.lowers} <= ids


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(RULE + RULE, "PRV-ROBOT-001: not a unique id", id="an id twice"),
        pytest.param(
            RULE.replace("PRV-ROBOT-001", "robot-1"), "robot-1: not a unique id", id="form of an id"
        ),
        pytest.param(
            RULE.replace("agent = 'robot'", "agent = 'ghost'"), "unknown agent 'ghost'", id="agent"
        ),
        pytest.param(
            RULE.replace("['made by hand']", "[]"), "PRV-ROBOT-001: has no samples", id="samples"
        ),
        pytest.param(
            RULE.replace("pattern = '", "pattern = '("), "its pattern cannot be compiled", id="re"
        ),
        pytest.param(RULE.replace("kind = 'text'", "kind = 'smell'"), "cannot be read", id="kind"),
        pytest.param(RULE + "colour = 'red'\n", "cannot be read", id="unknown field"),
        pytest.param("][", "cannot be read", id="no TOML"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(AffidavitError, match="the signal rules") as refused:
        parse((HEAD + text).encode())
    assert reason in refused.value.message


def test_every_reason_is_named_at_once() -> None:
    text = RULE.replace("agent = 'robot'", "agent = 'ghost'").replace("['made by hand']", "[]")
    with pytest.raises(AffidavitError) as refused:
        parse((HEAD + text).encode())
    assert refused.value.message.count(";") == 1


def test_a_pattern_matches_bytes_that_are_no_text_and_any_case() -> None:
    assert expression(r"^ROBOT .$").search(b"\xff\n\nrobot \xfe\n") is not None


def test_patterns_are_joined_without_their_groups() -> None:
    assert either(["(?P<agent>a)|b", "(?P<agent>c)"]) == "(?:(?:a)|b)|(?:(?:c))"


def test_a_group_or_its_second_form_is_what_it_took_part_with() -> None:
    pattern = expression(r"(?P<agent>a)|(?P<agent_2>b)|c")
    assert [part(pattern.fullmatch(text), "agent") for text in (b"a", b"b", b"c", b"d")] == [
        "a",
        "b",
        None,
        None,
    ]
