"""The time as it is written, and ids of a moment."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.clock import chance, new_id, now, written

MOMENTS = st.integers(0, 253_402_300_799_999_999)
"""Up to the end of the year 9999."""


@given(MOMENTS)
def test_a_moment_is_written_to_the_microsecond_in_utc(moment: int) -> None:
    read = datetime.strptime(written(moment), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    start = datetime(1970, 1, 1, tzinfo=UTC)
    passed = read - start
    assert (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds == moment


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7_of_the_millisecond(moment: int, random: bytes) -> None:
    text = new_id(moment, random)
    found = uuid.UUID(text)
    assert (str(found), found.version, found.variant) == (text, 7, uuid.RFC_4122)
    assert found.int >> 80 == moment // 1000
    assert found.int & (1 << 62) - 1 == int.from_bytes(random) & (1 << 62) - 1


def test_the_machine_is_asked_for_both() -> None:
    earlier = now()
    assert 1_700_000_000_000_000 < earlier <= now()
    assert len(chance(32)) == 32
    assert chance(32) != chance(32)
