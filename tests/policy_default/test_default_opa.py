"""The default bundle means the same to OPA itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from affidavit.policy.rules import trials_of
from default_policy import bundle, decision
from opa_oracle import library, needs_opa
from policy_default_cases import GOLDEN
from policy_inputs import policy_input, raw

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from opa_oracle import Library


def loaded(own: Bundle) -> Library:
    """OPA with the bundle and its tests."""
    engine = library()
    for one in (*own.modules, *own.tests):
        engine.add_policy(one.path, one.text)
    engine.add_data(msgspec.json.decode(own.data))
    return engine


@needs_opa
def test_opa_decides_as_our_engine_does_for_every_case() -> None:
    opa = loaded(bundle())
    for name, (changes, _) in GOLDEN.items():
        asked, found = raw(**changes), decision(policy_input(**changes))
        deny = cast("list[dict[str, object]]", opa.eval_document("merge.deny", asked))
        reasons = sorted((one["id"], one["message"], bool(one.get("unknown"))) for one in deny)
        assert reasons == sorted((one.id, one.message, one.unknown) for one in found.reasons), name
        tier, needs = (opa.eval_document(f"merge.{one}", asked) for one in ("tier", "needs"))
        assert (tier, needs) == (found.tier, found.needs), name


@needs_opa
def test_opa_finds_the_tests_of_the_bundle_true() -> None:
    own = bundle()
    opa = loaded(own)
    trials = [one.query.removeprefix("data.") for one in trials_of(own.tests)]
    assert [one for one in trials if opa.eval_document(one, {}) is not True] == []
