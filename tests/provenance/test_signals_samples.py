"""Every rule's own samples, and every false positive."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from signal_commits import a_commit, an_ident, claims

from affidavit.provenance.catalogue import Kind, Rule, load
from affidavit.provenance.model import Party, PartyKind, Trailer
from affidavit.provenance.signals import Signals

FALSE_POSITIVES = tomllib.loads(
    Path(__file__).with_name("false_positives.toml").read_text(encoding="utf-8")
)["case"]


def found_by(rule: Rule, sample: str) -> bool:
    """Whether `rule` finds `sample` where it looks."""
    if rule.kind is Kind.IDENTITY:
        ident = an_ident(sample)
        known = Signals(load()).party(ident).rule == rule.id
        return known or rule.id in {claim.rule for claim in claims(a_commit(author=ident))}
    if rule.kind in (Kind.TRAILER, Kind.SQUASH_TRAILER):
        key, _, value = sample.partition(": ")
        stated = (Trailer(key, value, rule.kind is Kind.SQUASH_TRAILER),)
        commit = a_commit(f"Subject\n\n{sample}\n")
        found = Signals(load()).claims(commit, stated, forge_signed=False)
        return rule.id in {claim.rule for claim in found}
    commit = a_commit(sample if rule.subject else f"Subject\n\n{sample}\n")
    found = Signals(load()).claims(commit, (), forge_signed=False)
    return rule.id in {claim.rule for claim in found}


@pytest.mark.parametrize(
    ("rule", "sample"),
    [
        pytest.param(rule, sample, id=f"{rule.id} {sample}")
        for rule in load().rules
        for sample in rule.matches
    ],
)
def test_a_rule_finds_its_samples(rule: Rule, sample: str) -> None:
    assert found_by(rule, sample)


@pytest.mark.parametrize("place", range(3))
def test_several_messages_are_silent_only_where_each_one_is(place: int) -> None:
    signals = Signals(load())
    for rule in (rule for rule in load().rules if rule.kind is not Kind.IDENTITY):
        for sample in (*rule.matches, *rule.misses):
            alone = sample.encode() if rule.subject else f"Subject\n\n{sample}".encode()
            several = [b"Fix it\n", b"No end\n\nof <it"]
            several.insert(place, alone)
            assert signals.silent(several) == signals.silent([alone]), sample


@pytest.mark.parametrize(
    ("rule", "sample"),
    [
        pytest.param(rule, sample, id=f"{rule.id} {sample}")
        for rule in load().rules
        for sample in rule.misses
    ],
)
def test_a_rule_does_not_find_what_it_must_not(rule: Rule, sample: str) -> None:
    assert not found_by(rule, sample)


@pytest.mark.parametrize("case", FALSE_POSITIVES, ids=lambda case: case["name"])
def test_a_false_positive_is_no_sign_of_an_agent(case: dict[str, str]) -> None:
    text = case["text"]
    if case["place"] == "message":
        found = claims(a_commit(f"Subject\n\n{text}\n")) + claims(a_commit(f"{text}\n"))
    elif case["place"] == "author":
        found = claims(a_commit(author=an_ident(text), committer=an_ident(text)))
        assert Signals(load()).party(an_ident(text)) == Party(PartyKind.PERSON)
    else:
        found = claims(a_commit(f"Subject\n\nCo-authored-by: {text}\n"))
        assert Signals(load()).party(an_ident(text)) == Party(PartyKind.PERSON)
    assert [claim for claim in found if claim.decides] == []
