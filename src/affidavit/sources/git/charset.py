"""The charsets a commit's ``encoding`` header may name, each with Python's codec for it.

A fixed list: a codec chosen by a repository could unpack or rewrite without bound.
"""

from __future__ import annotations

from types import MappingProxyType

_FAMILIES = (
    ("iso-8859-{0}", "iso8859_{0}", (*range(1, 12), *range(13, 17))),
    ("iso8859-{0}", "iso8859_{0}", (*range(1, 12), *range(13, 17))),
    ("latin{0}", "latin{0}", range(1, 11)),
    ("latin-{0}", "latin{0}", range(1, 11)),
    ("windows-{0}", "cp{0}", (*range(1250, 1259), 874)),
    ("cp{0}", "cp{0}", (*range(1250, 1259), 437, 850, 852, 866, 874, 932, 936, 949, 950)),
)
_SINGLE = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "big5": "big5",
    "euc-jp": "euc_jp",
    "eucjp": "euc_jp",
    "euc-kr": "euc_kr",
    "gb18030": "gb18030",
    "gb2312": "gb2312",
    "gbk": "gbk",
    "iso-2022-jp": "iso2022_jp",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "shift-jis": "shift_jis",
    "shift_jis": "shift_jis",
    "sjis": "shift_jis",
    "utf-16": "utf_16",
    "utf-16be": "utf_16_be",
    "utf-16le": "utf_16_le",
    "utf-32": "utf_32",
    "utf-32be": "utf_32_be",
    "utf-32le": "utf_32_le",
}

CODECS = MappingProxyType(
    {
        name.format(number): codec.format(number)
        for name, codec, numbers in _FAMILIES
        for number in numbers
    }
    | _SINGLE
)
"""Charset names in lower case to codecs; UTF-8 is not among them, for it needs none."""

UTF_8 = frozenset({"utf-8", "utf8"})
WIDE = frozenset({"utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"})
"""Codecs that do not contain ASCII: a header cannot be written in them, so names are UTF-8."""
