"""What OPA's data API is asked and what it answers, without asking it.

Server and API are those of https://www.openpolicyagent.org/docs/rest-api. Errors of builtins are
asked to be errors, as they are in the engine of this process; a missing ``result`` is undefined.
"""

from __future__ import annotations

import msgspec

from affidavit.base.canonical import canonical, parsed
from affidavit.base.errors import EntryError
from affidavit.base.text import shortened, visible
from affidavit.policy.errors import MESSAGE, QUERY, EvaluationError, Failure
from affidavit.policy.model import Answer

UNVERIFIED = ", bundle not verified"
"""How an engine's name ends of which nobody knows what bundle it has."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says it is: its version, and revisions of the bundles it has."""

    version: str | None
    revisions: tuple[str, ...]

    def name(self, digest: str) -> str:
        """The engine's name for a decision about the bundle with `digest`.

        Raises:
            PolicyError: The server tells revisions, and none is that digest.
        """
        version = f"opa {self.version or 'of an unknown version'}"
        if not self.revisions:
            return version + UNVERIFIED
        if digest not in self.revisions:
            told = shortened(", ".join(self.revisions), 200)
            raise EvaluationError(Failure.ENGINE, f"the server has another bundle: {visible(told)}")
        return version


class _Bundle(msgspec.Struct, frozen=True):
    revision: str | None = None


class _Provenance(msgspec.Struct, frozen=True):
    version: str | None = None
    revision: str | None = None
    bundles: dict[str, _Bundle] = {}


class _Told(msgspec.Struct, frozen=True):
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    provenance: _Provenance = _Provenance()


class _Refusal(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


def path(query: str) -> str:
    """Where `query`, such as ``data.p.deny``, is asked for.

    Raises:
        PolicyError: It is no such path.
    """
    if not QUERY.fullmatch(query):
        raise EvaluationError(Failure.ENGINE, "a server is asked for a path below data alone")
    return f"/v1/{query.replace('.', '/')}?strict-builtin-errors=true&provenance=true"


def body(input_: bytes) -> bytes:
    """What is sent, for the JSON `input_`."""
    return b'{"input":' + input_ + b"}"


def answer(status: int, data: bytes) -> Answer:
    """What a reply comes to.

    Raises:
        PolicyError: The policy failed, or it is no reply of OPA's.
    """
    told = _told(status, data)
    if told.result is msgspec.UNSET:
        return Answer(value=None)
    try:
        return Answer(value=canonical(parsed(bytes(told.result))))
    except EntryError as error:
        raise EvaluationError(Failure.TYPE, f"an answer {error.message}") from error


def identity(status: int, data: bytes) -> Identity:
    """What the server says it is, in a reply to any question.

    Raises:
        PolicyError: It is no reply of OPA's.
    """
    told = _told(status, data).provenance
    revisions = (told.revision, *(one.revision for one in told.bundles.values()))
    version = None if told.version is None else visible(shortened(told.version, 40))
    return Identity(version=version, revisions=tuple(one for one in revisions if one))


def _told(status: int, data: bytes) -> _Told:
    try:
        if status == 200:
            return msgspec.json.decode(data, type=_Told)
        refusal = msgspec.json.decode(data, type=_Refusal)
    except (msgspec.MsgspecError, RecursionError) as error:
        text = f"the server answers {status}, and not as OPA does"
        raise EvaluationError(Failure.ENGINE, text) from error
    failed = status == 500 and refusal.code == "internal_error"
    text = shortened(visible(f"the server answers {status}: {refusal.message}"), MESSAGE)
    raise EvaluationError(Failure.FAILED if failed else Failure.ENGINE, text)
