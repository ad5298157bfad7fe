"""A bundle's own tests, run: rules whose name begins with ``test_`` have to be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.running import engine
from affidavit.base.errors import PolicyError
from affidavit.policy.answers import Outcome, Tested
from affidavit.policy.rules import ids_of, rules_of, trials_of

if TYPE_CHECKING:
    from affidavit.policy.bundle import Bundle
    from affidavit.policy.model import Engine
from affidavit.policy.rules import Trial

NOTHING = b"{}"
"""The input that a test begins with: it says itself what it asks about."""


def tested(bundle: Bundle) -> Tested:
    """Run the tests of `bundle` within the limits of a policy that nobody vouches for.

    Raises:
        PolicyError: The bundle cannot be loaded.
    """
    whole = msgspec.structs.replace(bundle, modules=(*bundle.modules, *bundle.tests))
    tests = trials_of(bundle.tests)
    asked = engine(whole, trusted=False) if tests else None
    outcomes = tuple(_outcome(asked, one) for one in tests) if asked else ()
    ids = ids_of(rules_of(bundle.modules))
    texts = "\n".join(one.text for one in bundle.tests)
    return Tested(
        bundle=bundle.digest,
        tests=outcomes,
        ids=ids,
        unnamed=tuple(one for one in ids if f'"{one}"' not in texts),
    )


def _outcome(asked: Engine, test: Trial) -> Outcome:
    try:
        value = asked.query(test.query, NOTHING).value
    except PolicyError as error:
        return Outcome(path=test.path, name=test.name, passed=False, why=error.message)
    why = "" if value == b"true" else "it is undefined" if value is None else "it is not true"
    return Outcome(path=test.path, name=test.name, passed=not why, why=why)
