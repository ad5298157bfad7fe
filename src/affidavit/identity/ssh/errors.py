"""What can be wrong with an SSH key or signature: one error, with its problem."""

from __future__ import annotations

from enum import StrEnum

from affidavit.base.errors import FormatError


class SshProblem(StrEnum):
    """Why a key or a signature is refused. docs/formats/ssh-signatures.md tells each."""

    TOO_LARGE = "too-large"
    ARMOR = "armor"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    CERTIFICATE = "certificate"
    WEBAUTHN = "webauthn"
    WEAK_KEY = "weak-key"
    WRONG_NAMESPACE = "wrong-namespace"
    APPLICATION = "application"
    FLAGS = "flags"
    BAD_SIGNATURE = "bad-signature"


class SshSignatureError(FormatError):
    """A key or signature that is refused; `problem` says why in one word."""

    def __init__(self, problem: SshProblem, message: str) -> None:
        super().__init__(message)
        self.problem = problem
