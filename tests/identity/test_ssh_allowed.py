"""What is wrong in a file of allowed signers is said line by line, and is not used."""

from __future__ import annotations

import pytest

from affidavit.base.errors import FormatError
from affidavit.identity.ssh.allowed import (
    AllowedSigners,
    Entry,
    Found,
    KeyProblem,
    LineProblem,
    Refused,
    parse_allowed,
)
from affidavit.identity.ssh.line import LineCode
from affidavit.identity.ssh.patterns import matches
from authenticator import NAMESPACE, plain_key, security_key

KEY, SK = plain_key(), security_key()
OURS = f'namespaces="{NAMESPACE}"'
AT = "2026-06-01T12:00:00Z"


def found(text: str) -> Found | Refused:
    return parse_allowed(text).find(KEY.public, NAMESPACE, AT)


def test_a_line_is_read_with_all_its_parts() -> None:
    times = 'valid-after="20260101Z",valid-before="202612312359Z"'
    text = f"# who may approve\n\nann@a,*@b {OURS},{times} {SK.line} ann's blue key\n"
    warned = LineProblem(
        3,
        LineCode.PRINCIPAL_PATTERN,
        "*@b is a pattern: it does not say which person holds the key",
        error=False,
    )
    entry = Entry(
        line=3,
        principals=("ann@a", "*@b"),
        namespaces=NAMESPACE,
        valid_after="2026-01-01T00:00:00Z",
        valid_before="2026-12-31T23:59:00Z",
        cert_authority=False,
        key=SK.public,
        comment="ann's blue key",
        usable=True,
    )
    assert parse_allowed(text) == AllowedSigners((entry,), (warned,))


def test_a_key_is_found_with_its_principals_and_line() -> None:
    text = f"ben {OURS} {SK.line}\nann,ann@home {OURS} {KEY.line}\n"
    assert found(text) == Found(("ann", "ann@home"), 2)


ERRORS = [
    (f"ann {KEY.line}", "namespace-missing"),
    (f'ann namespaces="*" {KEY.line}', "namespace-broad"),
    (f'ann namespaces="?*,git" {KEY.line}', "namespace-broad"),
    (f'ann namespaces="" {KEY.line}', "namespace-none"),
    (f'ann namespaces="!git" {KEY.line}', "namespace-none"),
    (f"* {OURS} {KEY.line}", "principal-broad"),
    (f"*@* {OURS} {KEY.line}", "principal-broad"),
    (f"*@*.* {OURS} {KEY.line}", "principal-broad"),
    (f"!ben {OURS} {KEY.line}", "principal-none"),
    (f"ann {OURS},cert-authority {KEY.line}", "cert-authority"),
    (f"ann {OURS},{OURS} {KEY.line}", "option-twice"),
    (f"ann {OURS},touch-required {KEY.line}", "option-unknown"),
    (f'ann {OURS},from="10.0.0.0/8" {KEY.line}', "option-unknown"),
    (f"ann namespaces=git {KEY.line}", "option-value"),
    (f'ann {OURS},valid-before="20270101" {KEY.line}', "time-zone"),
    (f'ann {OURS},valid-before="202701010000" {KEY.line}', "time-zone"),
    (f'ann {OURS},valid-before="2027010100Z" {KEY.line}', "time"),
    (f'ann {OURS},valid-before="2027-01-01Z" {KEY.line}', "time"),
    (f'ann {OURS},valid-before="20270230Z" {KEY.line}', "time"),
    (f'ann {OURS},valid-before="20270101UTC" {KEY.line}', "time"),
    (f'ann {OURS},valid-before="20270101z" {KEY.line}', "time"),
    (f'ann {OURS},valid-before="00010101Z" {KEY.line}', "time"),
    (f'ann {OURS},valid-after="20270101Z",valid-before="20260101Z" {KEY.line}', "times-reversed"),
    (f"ann {OURS} ssh-ed25519 AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t", "certificate"),
    (f"ann {OURS} ssh-ed25519 AAAA", "key"),
    (f"ann {OURS} {plain_key('ssh-rsa', bits=1_024).kind} AAAAB3NzaC1yc2E=", "key"),
    (f"ann {OURS}", "unreadable"),
    ("ann", "unreadable"),
    (f'ann "{OURS} {KEY.line}', "unreadable"),
    (f'"ann {KEY.line}', "unreadable"),
    (f"ann {OURS}, {KEY.line}", "unreadable"),
    (f"ann\x00 {OURS} {KEY.line}", "unreadable"),
    (f"ann {OURS} {KEY.line} {'x' * 20_000}", "too-large"),
]


@pytest.mark.parametrize(("line", "code"), ERRORS, ids=range(len(ERRORS)))
def test_a_line_with_an_error_has_its_code_and_allows_nothing(line: str, code: str) -> None:
    text = f"# first\n{line}\n"
    problems = [(one.line, one.code, one.error) for one in parse_allowed(text).problems]
    assert problems == [(2, code, True)]
    assert isinstance(found(text), Refused)


def test_a_key_of_two_persons_is_nobodys() -> None:
    text = f"ann {OURS} {KEY.line}\nben {OURS} {KEY.line}\ncleo {OURS} {SK.line}\n"
    said = "line {} gives the same key to other principals"
    assert parse_allowed(text).problems == (
        LineProblem(1, LineCode.KEY_SHARED, said.format(2)),
        LineProblem(2, LineCode.KEY_SHARED, said.format(1)),
    )
    assert found(text) == Refused(KeyProblem.UNUSABLE_LINE, 1)


def test_a_key_may_stand_twice_for_one_person() -> None:
    old = f'ann {OURS},valid-before="20260101Z" {KEY.line}'
    new = f'ann {OURS},valid-after="20260301Z" {KEY.line}'
    assert parse_allowed(f"{old}\n{new}\n").problems == ()
    assert found(f"{old}\n{new}\n") == Found(("ann",), 2)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", Refused(KeyProblem.UNKNOWN_KEY)),
        (f"ann {OURS} {SK.line}", Refused(KeyProblem.UNKNOWN_KEY)),
        (f'ann namespaces="git" {KEY.line}', Refused(KeyProblem.NAMESPACE, 1)),
        (f'ann {OURS},valid-after="20270101Z" {KEY.line}', Refused(KeyProblem.NOT_YET_VALID, 1)),
        (f'ann {OURS},valid-before="20260101Z" {KEY.line}', Refused(KeyProblem.EXPIRED, 1)),
        (f"\nann {KEY.line}", Refused(KeyProblem.UNUSABLE_LINE, 2)),
    ],
)
def test_a_refusal_says_why_and_where(text: str, refused: Refused) -> None:
    assert found(text) == refused


@pytest.mark.parametrize(
    ("at", "good"),
    [("2026-06-01T13:59:59.5+02:00", True), ("2026-06-01T12:00:00.1Z", False)],
)
def test_a_time_is_an_instant_whatever_its_zone(at: str, *, good: bool) -> None:
    text = f'ann {OURS},valid-before="202606011200Z" {KEY.line}'
    answer = parse_allowed(text).find(KEY.public, NAMESPACE, at)
    assert answer == (Found(("ann",), 1) if good else Refused(KeyProblem.EXPIRED, 1))


@pytest.mark.parametrize("at", ["", "today", "2026-06-01T12:00:00", "2026-06-01"])
def test_what_is_no_time_is_an_error(at: str) -> None:
    with pytest.raises(FormatError):
        parse_allowed(f"ann {OURS} {KEY.line}").find(KEY.public, NAMESPACE, at)


def test_a_file_that_is_too_large_allows_nothing() -> None:
    line = f"ann {OURS} {KEY.line}\n"
    text = line + "#" * (1 << 20)
    said = LineProblem(0, LineCode.TOO_LARGE, f"the file has {len(text)} characters")
    assert parse_allowed(text) == AllowedSigners((), (said,))


def test_what_a_file_holds_is_shown_escaped() -> None:
    (problem,) = parse_allowed(f"ann evil\x1b[2J {KEY.line}").problems
    assert problem.message == r"evil\u001b[2J is no key and no known option"


def test_a_list_with_a_very_long_pattern_matches_nothing() -> None:
    assert not matches("a", "a," + "b" * 1_023)
    assert matches("a", "a," + "b" * 1_022)


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not matches("a" * 1_000, "*a" * 500 + "b")
