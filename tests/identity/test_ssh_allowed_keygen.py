"""Our reader of allowed signers and the real ssh-keygen allow the same, but for what we lint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from affidavit.identity.ssh.allowed import Found, parse_allowed
from affidavit.identity.ssh.patterns import matches
from authenticator import NAMESPACE, plain_key, security_key
from sshkeygen import SshKeygen, needs_ssh_keygen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_ssh_keygen
MESSAGE = b"message"
KEY = plain_key()
SIGNATURE = KEY.sign(MESSAGE)
GIT = KEY.sign(MESSAGE, "git")
OURS = f'namespaces="{NAMESPACE}"'


@pytest.fixture
def keygen(tmp_path: Path) -> SshKeygen:
    return SshKeygen(tmp_path)


def allows(allowed: str, who: str, at: str = "2026-06-01T12:00:00Z", ns: str = NAMESPACE) -> bool:
    return isinstance(parse_allowed(allowed).find(KEY.public, ns, at, principal=who), Found)


def both(keygen: SshKeygen, allowed: str, who: str, at: str) -> tuple[bool, bool]:
    compact = at.translate({ord(one): None for one in "-:T"})
    theirs = keygen.verify(SIGNATURE, MESSAGE, allowed, who, at=compact)
    return theirs, allows(allowed, who, at)


PRINCIPALS = [
    ("ann@example.com", True),
    ("ann@example.com,ann@home.example", True),
    ("*@example.com", True),
    ("a?n@example.com", True),
    ("*@example.com,!ann@example.com", False),
    ("!ann@example.com,*@example.com", False),
    ("*@example.com,!ben@*", True),
    ("*@exam**.com", True),
    ("ben@example.com", False),
    ("ANN@example.com", False),
    ('"ann@example.com"', True),
    ('ann@"example.com"', True),
    ("ann@example.com,", True),
    ("ann", False),
]


@pytest.mark.parametrize(("principals", "expected"), PRINCIPALS)
def test_principals_are_matched_alike(
    keygen: SshKeygen, principals: str, *, expected: bool
) -> None:
    allowed = f"{principals} {OURS} {KEY.line}\n"
    answers = both(keygen, allowed, "ann@example.com", "2026-06-01T12:00:00Z")
    assert answers == (expected, expected)


TIMES = [
    ("2025-12-31T23:59:59Z", False),
    ("2026-01-01T00:00:00Z", True),
    ("2026-06-30T11:59:59Z", True),
    ("2026-06-30T12:00:00Z", True),
    ("2026-06-30T12:00:01Z", False),
]


@pytest.mark.parametrize(("at", "expected"), TIMES)
def test_both_ends_of_a_validity_are_in_it(keygen: SshKeygen, at: str, *, expected: bool) -> None:
    times = 'valid-after="20260101Z",valid-before="202606301200Z"'
    assert both(keygen, f"ann {OURS},{times} {KEY.line}", "ann", at) == (expected, expected)


FORMS = [
    (f"# a comment\n\n  \t\nann {OURS} {KEY.line} whose key it is\n", True),
    (f"  ann\t{OURS}\t{KEY.line}", True),
    (f"ann {OURS} {KEY.line}\r\n", True),
    (f'ann NAMESPACES="{NAMESPACE}" {KEY.line}', True),
    (f'ann namespaces="git,{NAMESPACE}" {KEY.line}', True),
    (f'ann namespaces="affidavit-*" {KEY.line}', True),
    (f'ann namespaces="affidavit-*,!{NAMESPACE}" {KEY.line}', False),
    (f'ann namespaces="a\\"b,{NAMESPACE}" {KEY.line}', True),
    (f'ann namespaces="a\\b,{NAMESPACE}" {KEY.line}', True),
    (f'ann namespaces="{NAMESPACE}\\" {KEY.line}', False),
    (f'ann namespaces="a\\",valid-after="20200101Z" {KEY.line}', False),
    (f'ann namespaces="git" {KEY.line}', False),
    (f'ann namespaces="" {KEY.line}', False),
    (f'ann namespaces="a b",valid-before="20270101Z" {KEY.line}', False),
    (f"ann cert-authority,{OURS} {KEY.line}", False),
    (f"ann {OURS},touch-required {KEY.line}", False),
    (f"ann {OURS},verify-required {KEY.line}", False),
    (f"ann {OURS},no-touch-required {KEY.line}", False),
    (f"ann {OURS},{OURS} {KEY.line}", False),
    (f"ann {OURS}, {KEY.line}", False),
    (f'ann {OURS},valid-after="2026060100Z" {KEY.line}', False),
    (f'ann {OURS},valid-after="19700101Z" {KEY.line}', False),
    (f'ann {OURS},valid-after="20260101Z",valid-before="20260101Z" {KEY.line}', False),
    (f"ann {OURS},valid-after=20260101Z {KEY.line}", False),
    (f'ann namespaces="{NAMESPACE} {KEY.line}', False),
    (f'ann "{OURS} {KEY.line}', False),
    (f"ann {OURS} {KEY.line[:-1]}", False),
    (f"ann {OURS} ssh-rsa {KEY.line.split()[1]}", False),
    (f"ann {OURS} ED25519 {KEY.line.split()[1]}", False),
    (f"ann {OURS}", False),
    (f"ann {KEY.line.split()[1]}", False),
    ("ann", False),
    (f"#ann {OURS} {KEY.line}", False),
    (f"ann\r{OURS} {KEY.line}", True),
    (f"\rann {OURS} {KEY.line}", False),
    (f"ann {OURS} \r{KEY.line}", False),
    (f"ann {OURS} {KEY.line.replace(' ', chr(0xA0))}", False),
    (f"ann\u2003{OURS} {KEY.line}", False),
    (f"ann {OURS}\x0b{KEY.line}", False),
    (f"ann {OURS} {plain_key(seed=2).line}", False),
    (f"ann broken\nann {OURS} {KEY.line}", True),
    (f'ann namespaces="git" {KEY.line}\nann {OURS} {KEY.line}', True),
    (f'ann {OURS},valid-before="20200101Z" {KEY.line}\nann {OURS} {KEY.line}', True),
]


@pytest.mark.parametrize(("allowed", "expected"), FORMS)
def test_lines_are_read_alike(keygen: SshKeygen, allowed: str, *, expected: bool) -> None:
    answers = both(keygen, allowed, "ann", "2026-06-01T12:00:00Z")
    assert answers == (expected, expected)


STRICTER = [
    f"ann {KEY.line}",
    f'ann namespaces="*" {KEY.line}',
    f"* {OURS} {KEY.line}",
    f'ann {OURS},valid-before="20300101" {KEY.line}',
    f'ann {OURS},valid-before="20300101UTC" {KEY.line}',
    f'ann {OURS},valid-before="20300231Z" {KEY.line}',
    f"ann ,{OURS} {KEY.line}",
    f"ann {OURS} {KEY.line}\nben {OURS} {KEY.line}",
]


@pytest.mark.parametrize("allowed", STRICTER)
def test_a_line_with_an_error_is_not_used_though_ssh_keygen_would(
    keygen: SshKeygen, allowed: str
) -> None:
    assert both(keygen, allowed, "ann", "2026-06-01T12:00:00Z") == (True, False)
    assert any(one.error for one in parse_allowed(allowed).problems)


def test_a_namespace_is_judged_alike(keygen: SshKeygen) -> None:
    allowed = f"ann {OURS} {KEY.line}"
    theirs = keygen.verify(GIT, MESSAGE, allowed, "ann", namespace="git")
    assert (theirs, allows(allowed, "ann", ns="git")) == (False, False)


def test_whom_a_key_belongs_to_is_found_alike(keygen: SshKeygen) -> None:
    key = security_key()
    allowed = f"ben {OURS} {KEY.line}\nann@a,ann@b {OURS} {key.line}\n"
    found = parse_allowed(allowed).find(key.public, NAMESPACE, "2026-06-01T12:00:00Z")
    assert found == Found(("ann@a", "ann@b"), 2)
    assert keygen.principals(key.sign(MESSAGE), allowed, "20260601Z") == ("ann@a", "ann@b")


letters = st.text("ab*?!,", min_size=1, max_size=8)


@settings(max_examples=60)
@given(letters, st.text("ab", max_size=5))
@example("a**", "a")
@example("*a*b", "aab")
@example("!a,*", "a")
def test_patterns_match_alike(
    tmp_path_factory: pytest.TempPathFactory, patterns: str, text: str
) -> None:
    keygen = SshKeygen(tmp_path_factory.mktemp("patterns"))
    namespaces = f'namespaces="{patterns}"'
    signature = KEY.sign(MESSAGE, text or "empty")
    theirs = keygen.verify(
        signature, MESSAGE, f"ann {namespaces} {KEY.line}", "ann", namespace=text or "empty"
    )
    assert matches(text or "empty", patterns) == theirs


GOOD = f'ann,ben {OURS},valid-after="20260101Z",valid-before="20270101Z" {KEY.line} comment'
PIECES = st.sampled_from(
    [*' \t\r\v"\\,!*?=#\xa0', "ann", "ANN", "cert-authority", "20260101Z", "Z", OURS, KEY.line, ""]
)


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A good line with a few characters of it replaced by a piece, here and there."""
    line = GOOD
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(PIECES) + line[at + draw(st.integers(0, 3)) :]
    return line


@settings(max_examples=40)
@given(spoiled())
def test_what_we_allow_ssh_keygen_allows(
    tmp_path_factory: pytest.TempPathFactory, line: str
) -> None:
    keygen = SshKeygen(tmp_path_factory.mktemp("lines"))
    theirs, ours = both(keygen, line, "ann", "2026-06-01T12:00:00Z")
    assert theirs or not ours
