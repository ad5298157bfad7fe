"""A revoked key is not believed from its time on, and before only as far as its reason allows."""

from __future__ import annotations

import pytest

from affidavit.base.errors import FormatError
from affidavit.identity.ssh.revoked import Reason, Revocation, Revocations, parse_revoked
from authenticator import plain_key

KEY = plain_key().public.fingerprint
OTHER = plain_key(seed=2).public.fingerprint
BEFORE, SINCE, AFTER = "2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z", "2026-06-01T00:00:01Z"


def entry(reason: str, since: str = SINCE, key: str = KEY) -> str:
    return f'[[revoked]]\nfingerprint = "{key}"\nsince = {since}\nreason = "{reason}"\n'


def test_an_entry_is_read_with_all_its_parts() -> None:
    text = "version = 1\n" + entry("superseded") + 'note = "a new laptop"\n'
    revocation = Revocation(
        fingerprint=KEY, since=SINCE, reason=Reason.SUPERSEDED, note="a new laptop"
    )
    assert parse_revoked(text) == Revocations((revocation,))


def test_a_file_without_entries_revokes_nothing() -> None:
    assert parse_revoked("").state(KEY, AFTER, witnessed=False) is None


@pytest.mark.parametrize("witnessed", [True, False])
@pytest.mark.parametrize(
    ("at", "state"),
    [
        (BEFORE, None),
        (SINCE, Reason.SUPERSEDED),
        (AFTER, Reason.SUPERSEDED),
        (None, Reason.SUPERSEDED),
        ("2026-06-01T01:59:59+02:00", None),
    ],
)
def test_what_counted_before_a_key_was_superseded_stands(
    at: str | None, state: Reason | None, *, witnessed: bool
) -> None:
    assert parse_revoked(entry("superseded")).state(KEY, at, witnessed=witnessed) is state


@pytest.mark.parametrize(
    ("at", "witnessed", "state"),
    [
        (BEFORE, True, None),
        (BEFORE, False, Reason.COMPROMISED),
        (SINCE, True, Reason.COMPROMISED),
        (AFTER, True, Reason.COMPROMISED),
        (AFTER, False, Reason.COMPROMISED),
        (None, True, Reason.COMPROMISED),
        (None, False, Reason.COMPROMISED),
    ],
)
def test_of_a_compromised_key_stands_what_others_saw_before(
    at: str | None, *, witnessed: bool, state: Reason | None
) -> None:
    assert parse_revoked(entry("compromised")).state(KEY, at, witnessed=witnessed) is state


def test_another_key_is_not_touched() -> None:
    file = parse_revoked(entry("compromised", key=OTHER))
    assert file.state(KEY, None, witnessed=False) is None


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_entries_the_graver_one_is_said(order: int) -> None:
    both = [entry("superseded"), entry("compromised", since="2026-07-01T00:00:00Z")]
    file = parse_revoked("".join(both[::order]))
    assert file.state(KEY, AFTER, witnessed=False) is Reason.COMPROMISED
    assert file.state(KEY, AFTER, witnessed=True) is Reason.SUPERSEDED


def test_an_entry_that_says_the_padding_is_the_same() -> None:
    assert parse_revoked(entry("superseded", key=KEY + "=")).of(KEY) != ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[revoked", "the revocations cannot be read: "),
        ("revoked = 1", "the revocations cannot be read: Expected `array`"),
        ("version = 2", "revocations of version 2 are not supported"),
        ("reviked = []", "the revocations cannot be read: Object contains unknown field"),
        (entry("lost"), "the revocations cannot be read: Invalid enum value 'lost'"),
        (entry("superseded") + "until = 1", "the revocations cannot be read: Object contains"),
        (f'[[revoked]]\nfingerprint = "{KEY}"', "the revocations cannot be read: Object missing"),
        (entry("superseded", key="SHA256:short"), "[[revoked]] 1: the fingerprint SHA256:short"),
        (entry("superseded", key="0" * 40), "[[revoked]] 1: the fingerprint 0000"),
        (entry("superseded", key="SHA256:" + "B" * 43), "[[revoked]] 1: the fingerprint SHA256:B"),
        (entry("superseded", since="2026-06-01"), "the revocations cannot be read: Expected"),
        (entry("superseded", since="2026-06-01T00:00:00"), "[[revoked]] 1: since is no UTC time"),
        (
            entry("superseded") + entry("superseded", since="2026-06-01T00:00:00+02:00"),
            "[[revoked]] 2: since is no UTC time",
        ),
        ("#" * ((1 << 20) + 1), "the revocations have 1048577 characters"),
        ("x = " + "[" * 100_000, "the revocations cannot be read: "),
    ],
    ids=range(15),
)
def test_a_file_that_is_not_understood_is_refused_as_a_whole(text: str, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_revoked(text)
    assert refused.value.message.startswith(said)


def test_a_time_that_is_none_is_an_error() -> None:
    with pytest.raises(FormatError, match="yesterday is not an RFC 3339 time"):
        parse_revoked(entry("superseded")).state(KEY, "yesterday", witnessed=True)
