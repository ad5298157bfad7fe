"""One line of an allowed-signers file, taken apart as ``ssh-keygen`` does, and what is wrong in it.

The grammar is that of "ALLOWED SIGNERS" in ssh-keygen(1) with OpenSSH's quoting: principals up to
the first blank, options up to the first blank outside quotes, the kind of the key, its base64.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.keys import PublicKey, read_words, words_of

_GAP = " \t"
_BLANKS = _GAP + "\r"
_TIME = re.compile(r"(\d{8})(\d{4}|\d{6})?(.*)", re.ASCII | re.DOTALL)
_QUOTED = re.compile(r'"((?:\\"|\\(?!")|[^"\\])*)"')
_OPTION = re.compile(r"[A-Za-z-]+")
_KINDS = re.compile(r"(?:sk-)?(?:ssh|ecdsa)-[^\s\",=]+")
_SHOWN = 60


class LineCode(StrEnum):
    """What can be wrong in a file. docs/formats/allowed-signers.md tells each."""

    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    KEY = "key"
    CERTIFICATE = "certificate"
    CERT_AUTHORITY = "cert-authority"
    OPTION_UNKNOWN = "option-unknown"
    OPTION_TWICE = "option-twice"
    OPTION_VALUE = "option-value"
    TIME = "time"
    TIME_ZONE = "time-zone"
    TIMES_REVERSED = "times-reversed"
    NAMESPACE_MISSING = "namespace-missing"
    NAMESPACE_BROAD = "namespace-broad"
    NAMESPACE_NONE = "namespace-none"
    PRINCIPAL_NONE = "principal-none"
    PRINCIPAL_BROAD = "principal-broad"
    PRINCIPAL_PATTERN = "principal-pattern"
    KEY_SHARED = "key-shared"


class LineError(ValueError):
    """A line that cannot be used: its `code` and a sentence."""

    def __init__(self, code: LineCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a line. Times are RFC 3339 in UTC, None where none is said."""

    principals: str
    key: PublicKey
    namespaces: str | None = None
    valid_after: str | None = None
    valid_before: str | None = None
    cert_authority: bool = False
    comment: str = ""


def parts(line: str) -> Parts:
    """What stands in `line`, which is neither blank nor a comment.

    Raises:
        LineError: It cannot be understood, or not in one way only.
    """
    if "\x00" in line:
        raise LineError(LineCode.UNREADABLE, "there is a NUL in the line")
    principals, rest = _principals(line.lstrip(_GAP).rstrip(_BLANKS))
    options: dict[str, str] = {}
    if not _KINDS.match(rest):
        written, rest = _until_blank(rest)
        options = _options(written)
    key, comment = _key(rest)
    return _checked(principals, key, options, comment=comment)


def _principals(line: str) -> tuple[str, str]:
    """The first word, in which one pair of quotes may hold blanks, and the rest of the line."""
    end = next((at for at, one in enumerate(line) if one in _BLANKS + '"'), len(line))
    if line[end : end + 1] == '"':
        close = line.find('"', end + 1)
        if close < 0:
            raise LineError(LineCode.UNREADABLE, "a quote in the principals is not closed")
        return line[:end] + line[end + 1 : close], line[close + 1 :].lstrip(_BLANKS)
    return line[:end], line[end:].lstrip(_BLANKS)


def _until_blank(text: str) -> tuple[str, str]:
    """`text` up to its first blank outside quotes, and what follows."""
    quoted = escaped = False
    for at, one in enumerate(text):
        if escaped:
            escaped = False
        elif one == "\\" and text[at + 1 : at + 2] == '"':
            escaped = True
        elif one == '"':
            quoted = not quoted
        elif one in _GAP and not quoted:
            return text[:at], text[at:].lstrip(_GAP)
    if quoted:
        raise LineError(LineCode.UNREADABLE, "a quote in the options is not closed")
    return text, ""


def _options(text: str) -> dict[str, str]:
    """The options of `text` by their names in small letters; a flag has an empty value."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, value, at = _option(text, at)
        if name in found:
            raise LineError(LineCode.OPTION_TWICE, f"the option {name} stands twice")
        found[name] = value
        if at < len(text):
            if text[at] != "," or at + 1 == len(text):
                raise LineError(LineCode.UNREADABLE, f"the options do not go on after {name}")
            at += 1
    return found


def _option(text: str, at: int) -> tuple[str, str, int]:
    """The option that begins at `at`, its value, and where it ends."""
    named = _OPTION.match(text, at)
    name = named[0].lower() if named else ""
    end = named.end() if named else at
    if name == "cert-authority":
        return name, "", end
    if name not in {"namespaces", "valid-after", "valid-before"} or text[end : end + 1] != "=":
        raise LineError(
            LineCode.OPTION_UNKNOWN, f"{_shown(text[at:])} is no key and no known option"
        )
    value = _QUOTED.match(text, end + 1)
    if value is None:
        raise LineError(LineCode.OPTION_VALUE, f"the value of {name} is not in quotes")
    return name, value[1].replace('\\"', '"'), value.end()


def _key(text: str) -> tuple[PublicKey, str]:
    words = words_of(text)
    if len(words) < 2:
        raise LineError(LineCode.UNREADABLE, "there is no key in the line")
    try:
        key = read_words(words[0], words[1])
    except SshSignatureError as error:
        certificate = error.problem is SshProblem.CERTIFICATE
        code = LineCode.CERTIFICATE if certificate else LineCode.KEY
        raise LineError(code, error.message) from error
    return key, words[2].strip() if len(words) > 2 else ""


def _checked(principals: str, key: PublicKey, options: dict[str, str], *, comment: str) -> Parts:
    after = _time("valid-after", options.get("valid-after"))
    before = _time("valid-before", options.get("valid-before"))
    if after is not None and before is not None and before <= after:
        raise LineError(LineCode.TIMES_REVERSED, f"valid-before {before} is not after {after}")
    return Parts(
        principals=principals,
        key=key,
        namespaces=options.get("namespaces"),
        valid_after=after,
        valid_before=before,
        cert_authority="cert-authority" in options,
        comment=comment,
    )


def _time(name: str, text: str | None) -> str | None:
    """``YYYYMMDD[HHMM[SS]]Z`` as RFC 3339. Without a Z it would be the verifier's local time."""
    if text is None:
        return None
    found = _TIME.fullmatch(text)
    if found is None or found[3] not in {"", "Z"}:
        raise LineError(LineCode.TIME, f"{name} {_shown(text)} is not YYYYMMDD[HHMM[SS]]Z")
    if not found[3]:
        raise LineError(LineCode.TIME_ZONE, f"{name} {_shown(text)} has no Z: it is local time")
    digits = found[1] + (found[2] or "").ljust(6, "0")
    try:
        when = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise LineError(LineCode.TIME, f"{name} {_shown(text)} is no date and time") from error
    if when.year < 1970 or when.timestamp() == 0:
        raise LineError(LineCode.TIME, f"{name} {_shown(text)} is not after the start of 1970")
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
