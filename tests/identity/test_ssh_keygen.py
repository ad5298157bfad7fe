"""Our verifier and the real ssh-keygen answer alike, and differ only where it is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.signature import armored, parse_armored, unarmored
from affidavit.identity.ssh.verifying import Presence, verify
from authenticator import (
    ECDSA_SK,
    ED25519_SK,
    NAMESPACE,
    PLAIN_KINDS,
    SECURITY_KINDS,
    Key,
    plain_key,
    security_key,
    signed,
    string,
    written,
)
from sshkeygen import SshKeygen, needs_ssh_keygen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_ssh_keygen
MESSAGE = b"the tree and the answers\n"


@pytest.fixture
def keygen(tmp_path: Path) -> SshKeygen:
    return SshKeygen(tmp_path)


def holds(signature: bytes, message: bytes = MESSAGE, namespace: str = NAMESPACE) -> bool:
    try:
        verify(parse_armored(signature), message, namespace)
    except SshSignatureError:
        return False
    return True


def every_key() -> list[Key]:
    plain = [plain_key(kind) for kind in PLAIN_KINDS]
    return plain + [security_key(kind) for kind in SECURITY_KINDS]


@pytest.mark.parametrize("hash_", ["sha256", "sha512"])
@pytest.mark.parametrize("kind", PLAIN_KINDS)
def test_what_ssh_keygen_signs_is_verified(keygen: SshKeygen, kind: str, hash_: str) -> None:
    signature = keygen.sign(plain_key(kind).openssh, MESSAGE, "-O", f"hashalg={hash_}")
    read = parse_armored(signature)
    assert (read.key.kind, read.namespace, read.hash) == (kind, NAMESPACE, hash_)
    assert verify(read, MESSAGE, NAMESPACE) is Presence.SOFTWARE
    assert not holds(signature, MESSAGE + b"!")


@pytest.mark.parametrize("kind", PLAIN_KINDS)
def test_what_ssh_keygen_signs_is_written_again_byte_for_byte(keygen: SshKeygen, kind: str) -> None:
    signature = keygen.sign(plain_key(kind).openssh, MESSAGE)
    assert armored(unarmored(signature)) == signature


@pytest.mark.parametrize("hash_", ["sha256", "sha512"])
@pytest.mark.parametrize("key", every_key(), ids=lambda key: key.kind)
def test_what_the_tests_sign_holds_for_both(keygen: SshKeygen, key: Key, hash_: str) -> None:
    signature = key.sign(MESSAGE, hash_=hash_)
    answers = [
        (keygen.check(signature, MESSAGE), holds(signature)),
        (keygen.check(signature, b"other"), holds(signature, b"other")),
        (keygen.check(signature, MESSAGE, "git"), holds(signature, MESSAGE, "git")),
    ]
    assert answers == [(True, True), (False, False), (False, False)]


@pytest.mark.parametrize("key", every_key(), ids=lambda key: key.kind)
def test_the_fingerprint_is_what_ssh_keygen_prints(keygen: SshKeygen, key: Key) -> None:
    assert key.public.fingerprint == keygen.fingerprint(key.line)


@pytest.mark.parametrize("counter", [0, 7, 2**32 - 1])
@pytest.mark.parametrize("flags", [0x01, 0x05, 0x09, 0x1D])
@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_any_counter_of_a_touch_holds_for_both(
    keygen: SshKeygen, kind: str, flags: int, counter: int
) -> None:
    signature = security_key(kind).sign(MESSAGE, flags=flags, counter=counter)
    read = parse_armored(signature)
    assert keygen.check(signature, MESSAGE)
    assert (read.flags, read.counter, holds(signature)) == (flags, counter, True)


def flipped(blob: bytes, step: int) -> list[bytes]:
    """`blob` with one bit changed, at every `step`-th bit."""
    places = range(0, len(blob) * 8, step)
    number = int.from_bytes(blob, "big")
    return [(number ^ 1 << place).to_bytes(len(blob), "big") for place in places]


@pytest.mark.parametrize("key", [plain_key(), security_key()], ids=lambda key: key.kind)
def test_a_signature_with_one_bit_changed_holds_for_neither(keygen: SshKeygen, key: Key) -> None:
    changed = [armored(blob) for blob in flipped(key.sign_blob(MESSAGE), step=53)]
    assert [holds(one) for one in changed] == [keygen.check(one, MESSAGE) for one in changed]
    assert not any(holds(one) for one in changed)


@pytest.mark.parametrize("key", every_key(), ids=lambda key: key.kind)
def test_no_bit_of_a_signature_can_be_changed(key: Key) -> None:
    step = 1 if key.kind == ED25519_SK else 41
    changed = flipped(key.sign_blob(MESSAGE), step)
    assert [one for one in changed if holds(armored(one))] == []


@pytest.mark.parametrize("flags", [0x00, 0x04, 0x45, 0xC5])
@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_ssh_keygen_is_content_where_nobody_touched_the_key_and_we_say_so(
    keygen: SshKeygen, kind: str, flags: int
) -> None:
    signature = security_key(kind).sign(MESSAGE, flags=flags)
    assert keygen.check(signature, MESSAGE)
    if flags in {0x00, 0x04}:
        assert verify(parse_armored(signature), MESSAGE, NAMESPACE) is Presence.NONE
    else:
        with pytest.raises(SshSignatureError) as refused:
            verify(parse_armored(signature), MESSAGE, NAMESPACE)
        assert refused.value.problem is SshProblem.FLAGS


@pytest.mark.parametrize("application", ["https://evil.example", "", "xssh:"])
def test_ssh_keygen_takes_a_key_of_a_web_site_and_we_do_not(
    keygen: SshKeygen, application: str
) -> None:
    signature = security_key(ECDSA_SK, application=application).sign(MESSAGE)
    assert keygen.check(signature, MESSAGE)
    with pytest.raises(SshSignatureError) as refused:
        verify(parse_armored(signature), MESSAGE, NAMESPACE)
    assert refused.value.problem is SshProblem.APPLICATION


@pytest.mark.parametrize("spoil", [b"\nmore", b"-----BEGIN SSH SIGNATURE-----\n"])
def test_ssh_keygen_reads_past_what_follows_a_signature_and_we_do_not(
    keygen: SshKeygen, spoil: bytes
) -> None:
    signature = plain_key().sign(MESSAGE) + spoil
    assert (keygen.check(signature, MESSAGE), holds(signature)) == (True, False)


def test_lines_may_not_end_as_on_windows_for_both(keygen: SshKeygen) -> None:
    signature = plain_key().sign(MESSAGE).replace(b"\n", b"\r\n")
    assert (keygen.check(signature, MESSAGE), holds(signature)) == (False, False)


def refused(signature: bytes) -> SshProblem:
    with pytest.raises(SshSignatureError) as error:
        verify(parse_armored(signature), MESSAGE, NAMESPACE)
    return error.value.problem


def test_ssh_keygen_believes_a_key_for_which_anybody_signs_and_we_do_not(
    keygen: SshKeygen,
) -> None:
    neutral = b"\x01" + bytes(31)
    key, made = (string(b"ssh-ed25519") + string(part) for part in (neutral, neutral + bytes(32)))
    signature = armored(written(key, made))
    assert (keygen.check(signature, MESSAGE), refused(signature)) == (True, SshProblem.WEAK_KEY)


def test_ssh_keygen_reads_a_number_in_two_spellings_and_we_do_not(keygen: SshKeygen) -> None:
    key = plain_key("ecdsa-sha2-nistp256")
    made = key.made(signed(MESSAGE, NAMESPACE, "sha512"), 0, 0)
    raw = made[len(string(key.kind.encode())) + 4 :]
    size = int.from_bytes(raw[:4], "big")
    longer = string(bytes(33 - size) + b"\x00" + raw[4 : 4 + size]) + raw[4 + size :]
    signature = armored(written(key.blob, string(key.kind.encode()) + string(longer)))
    assert (keygen.check(signature, MESSAGE), refused(signature)) == (True, SshProblem.MALFORMED)


def test_ssh_keygen_takes_a_certificate_and_we_say_that_we_do_not(keygen: SshKeygen) -> None:
    key, authority = plain_key(), plain_key(seed=2)
    blob = keygen.certificate(authority.openssh, key.line, "ann")
    made = key.made(signed(MESSAGE, NAMESPACE, "sha512"), 0, 0)
    signature = armored(written(blob, made))
    allowed = f"ann cert-authority {authority.line}"
    assert keygen.verify(signature, MESSAGE, allowed, "ann")
    assert refused(signature) is SshProblem.CERTIFICATE
