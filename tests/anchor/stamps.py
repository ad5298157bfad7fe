"""What the tests of time stamps begin with: an authority, a good stamp, what it is held against."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

from tsa import NOW, STAMPING, Pair, Stamp, issued

from affidavit.app.anchor.judging import Expected

NOTE = b"a note\n\n- its signature\n"
NONCE = 0x0102030405060708


class Authority(NamedTuple):
    """Whom the tests trust, and who stamps for it."""

    root: Pair
    middle: Pair
    signer: Pair


@cache
def authority() -> Authority:
    """The one authority of a run: keys cost time."""
    root = issued("Root", ca=True)
    middle = issued("Middle", root, ca=True)
    return Authority(root, middle, issued("Stamper", middle, usage=STAMPING))


def good() -> Stamp:
    """A stamp of `NOTE` without a flaw."""
    trusted = authority()
    imprint = hashlib.sha256(NOTE).digest()
    return Stamp(imprint=imprint, nonce=NONCE, signer=trusted.signer, others=(trusted.middle,))


def expected(*, trusting: bool = True) -> Expected:
    """What `good` is held against."""
    roots = (authority().root.certificate,) if trusting else None
    return Expected(note=NOTE, nonces={NONCE}, roots=roots, now=NOW)
