"""Decisions by a policy, as verification summaries tell of them and as facts keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
import pytest

import result_samples as samples
from affidavit.app.results.typed import read_builds
from affidavit.base.digest import sha256
from affidavit.ledger.results import Attestation
from affidavit.sources.results.intoto import read_statements
from affidavit.sources.results.slsa import read_build
from result_desk import ABOUT, a_body, written
from result_samples import a_source, slsa_1

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.ledger.attested import Statement


POLICY, INPUT = "5" * 64, {"uri": "https://firm.mail/1", "digest": {"sha256": "6" * 64}}


@pytest.mark.parametrize(
    ("said", "policy", "inputs", "digest"),
    [
        ({}, "", None, ""),
        ({"policy": {"digest": {"sha256": POLICY}}}, f"sha256:{POLICY}", None, ""),
        ({"policy": {"digest": {"sha256": "no"}}, "inputAttestations": []}, "", 0, ""),
        ({"policy": 3, "inputAttestations": 3}, "", None, ""),
        (
            {"inputAttestations": [INPUT, INPUT]},
            "",
            2,
            sha256(f"sha256:{'6' * 64}\n".encode() * 2),
        ),
        ({"inputAttestations": [INPUT, {"uri": "x"}]}, "", 2, ""),
        ({"inputAttestations": [INPUT, 3]}, "", 2, ""),
    ],
)
def test_a_summary_tells_the_policy_and_what_was_held_to_it(
    said: dict[str, object], policy: str, inputs: int | None, digest: str
) -> None:
    predicate = {**cast("dict[str, object]", samples.SOURCE_VSA["predicate"]), **said}
    found = read_build(only({**samples.SOURCE_VSA, "predicate": predicate}))
    assert (found.policy, found.inputs, found.inputs_digest) == (policy, inputs, digest)
    provenance = read_build(only({**slsa_1(), "predicate": said}))
    assert (provenance.policy, provenance.inputs, provenance.inputs_digest) == ("", None, "")


def only(value: object) -> Statement:
    (found,) = read_statements(a_source(value)).read
    return found


def test_a_policy_and_its_inputs_stand_in_the_fact_and_earlier_facts_are_read(
    tmp_path: Path,
) -> None:
    given = {"uri": "https://firm.mail/1", "digest": {"sha256": "6" * 64}}
    decided = {"policy": {"digest": {"sha256": "5" * 64}}, "inputAttestations": [given]}
    predicate = {**cast("dict[str, object]", samples.SOURCE_VSA["predicate"]), **decided}
    place = written(tmp_path / "vsa.json", {**samples.SOURCE_VSA, "predicate": predicate})
    body = a_body(read_builds([place], ABOUT))
    (told,) = cast("list[dict[str, object]]", body["attestations"])
    digest = sha256(f"sha256:{'6' * 64}\n".encode())
    fields = {"policy": f"sha256:{'5' * 64}", "inputs": 1, "inputs_digest": digest}
    assert {name: told[name] for name in fields} == fields
    made = {**told, "builder": f"hmac-sha256:{'0' * 64}"}
    earlier = {name: value for name, value in made.items() if name not in fields}
    now, before = (msgspec.convert(one, Attestation) for one in (made, earlier))
    assert (now.policy, before.policy, before.inputs) == (fields["policy"], None, None)
