"""Names that read alike to a person and are not the same."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 300
"""Characters of a name that are compared."""

_ESCAPED = re.compile(r"\\x[0-9a-f]{2}")
"""A byte that is not UTF-8, as the names of refs are written."""
_PLAIN = re.compile(r"[!-\[\]-~]*\Z")
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
_FILLERS = "\u115f\u1160\u3164\uffa0"
_DRAWN = {
    "a": "\u0430\u03b1\u0251\u1d00", "b": "\u044c\u03b2\u0432", "c": "\u0441\u03f2\u1d04",
    "d": "\u0501\u0111\u0257", "e": "\u0435\u03b5\u025b\u1d07", "f": "\u0192\u03dd",
    "g": "\u0261\u0581\u050d", "h": "\u04bb\u0570\u043d\u0127",
    "i": "\u0456\u03b9\u0131\u0269\u026a\u04cfl1|\u01c0", "j": "\u0458\u03f3",
    "k": "\u043a\u03ba\u1d0b", "m": "\u043c\u03bc\u1d0d", "n": "\u043f\u03b7\u0578\u0274",
    "o": "\u043e\u03bf\u0585\u00f8\u03c30\u1d0f", "p": "\u0440\u03c1\u1d18", "q": "\u051b\u0566",
    "r": "\u0433\u0280\u1d26", "s": "\u0455\ua731", "t": "\u0442\u03c4\u0167\u1d1b",
    "u": "\u03c5\u057d\u1d1c", "v": "\u0475\u03bd\u1d20", "w": "\u051d\u03c9\u0461\u1d21",
    "x": "\u0445\u03c7", "y": "\u0443\u03b3\u04af\u028f", "z": "\u1d22",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "/": "\u2215\u2044",
}  # fmt: skip
"""Letters of other alphabets, and digits, under the letter that they are drawn like."""
_TABLE = str.maketrans({odd: plain for plain, all_ in _DRAWN.items() for odd in all_})


def skeleton(name: str) -> str:
    """What is left of `name` when all is dropped that a reader may overlook.

    Case, accents, what is not drawn, marks at the end, and which alphabet a letter is from: two
    names of one skeleton read alike. Only the first `LONGEST` characters count.
    """
    text = name[:LONGEST].casefold()
    if not _PLAIN.match(text):
        text = unicodedata.normalize("NFKD", _ESCAPED.sub("", text))
        text = "".join(each for each in text if _is_drawn(each)).casefold()
    text = text.translate(_TABLE).replace("rn", "m")
    return re.sub(r"[\W_]+\Z", "", text)


def _is_drawn(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _FILLERS
