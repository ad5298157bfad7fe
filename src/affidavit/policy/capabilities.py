"""What a policy may call: a list of what is allowed, held against the parsed policy.

Left out is what is not a function of the input and the data alone, what engines answer differently,
and what hangs or fails on a text that an author may choose. docs/policy-engine.md has the list.
"""

from __future__ import annotations

import re
from typing import Final

_ALLOWED = """
    abs ceil count floor max min product round sort sum numbers.range numbers.range_step
    intersection union array.concat array.reverse array.slice
    object.filter object.get object.keys object.remove object.subset object.union object.union_n
    concat contains endswith format_int indexof indexof_n lower replace split sprintf startswith
    substring trim trim_left trim_prefix trim_right trim_space trim_suffix upper
    strings.any_prefix_match strings.any_suffix_match strings.replace_n strings.reverse
    regex.find_all_string_submatch_n regex.find_n regex.is_valid regex.match regex.replace
    regex.split glob.match glob.quote_meta
    to_number type_name is_array is_boolean is_null is_number is_object is_set is_string
    json.filter json.is_valid json.marshal json.patch json.remove json.unmarshal
    base64.decode base64.encode base64.is_valid base64url.decode base64url.encode
    base64url.encode_no_pad hex.decode hex.encode urlquery.decode urlquery.encode
    units.parse_bytes semver.compare graph.reachable
    time.add_date time.clock time.date time.diff time.parse_duration_ns time.parse_rfc3339_ns
    time.weekday
"""
ALLOWED: Final = frozenset(_ALLOWED.split())
"""Builtins that a policy may call."""

STUBBED: Final = {
    "time.now_ns": 0, "rand.intn": 2, "uuid.rfc4122": 1, "opa.runtime": 0, "trace": 1,
    "http.send": 1, "net.lookup_ip_addr": 1, "rego.parse_module": 2, "io.jwt.decode": 1,
    "walk": 1, "strings.count": 2, "json.match_schema": 2, "json.verify_schema": 1,
    "graph.reachable_paths": 2, "semver.is_valid": 1, "units.parse": 1,
    "time.parse_ns": 2, "time.format": 1,
}  # fmt: skip
"""Builtins that are replaced by a refusal in the engine, with how many arguments they take."""

_CLOCK = "the time is in the input, as input.at"
_DIFFERENT = "engines answer it differently"
_WHY: Final = {
    "time.now_ns": _CLOCK,
    "time.format": _DIFFERENT,
    "time.parse_ns": "it fails on some texts; use time.parse_rfc3339_ns",
    "rand.intn": "the same input must have the same answer",
    "uuid.rfc4122": "the same input must have the same answer",
    "opa.runtime": "a policy sees no environment",
    "http.send": "a policy reaches no network",
    "net.lookup_ip_addr": "a policy reaches no network",
    "print": "nothing would read it",
    "trace": "nothing would read it",
    "units.parse": "a short text can keep it busy for ever; use units.parse_bytes",
    "semver.is_valid": _DIFFERENT,
    "strings.count": _DIFFERENT,
    "json.match_schema": _DIFFERENT,
    "graph.reachable_paths": _DIFFERENT,
    "walk": _DIFFERENT,
}
_NAMESPACES = """
    array base64 base64url bits crypto glob graph graphql hex http internal io json net numbers
    object opa providers rand regex rego semver strings time units urlquery uuid yaml
"""
NAMESPACES: Final = frozenset(_NAMESPACES.split())
"""Where the names of builtins begin."""


def is_builtin(name: str) -> bool:
    """Whether `name` is one that a builtin has, or could have."""
    first, dot, _ = name.partition(".")
    return name in ALLOWED or name in _WHY or bool(dot and first in NAMESPACES)


def why_refused(name: str) -> str:
    """Why no policy may call `name`, in a few words."""
    why = _WHY.get(name)
    if why is not None:
        return why
    return "it is not on the list of what is allowed" if is_builtin(name) else "nothing defines it"


_GLOB = re.compile(r"(?!.*(\*\*|\[\^)).*", re.DOTALL)
_FORMAT = re.compile(r"([^%]|%[svdxXq%]|%0?[0-9]{1,3}d)*")


def why_unsafe(name: str, first: str | None) -> str | None:
    """Why `name` may not be called with `first`, its first argument where that is a literal text.

    A pattern that is computed could be one that engines match differently.
    """
    if name == "glob.match" and (first is None or not _GLOB.fullmatch(first)):
        return "its pattern has to be a literal without ** and [^; or use [classes] of policy.toml"
    if name == "sprintf" and first is not None and not _FORMAT.fullmatch(first):
        return "its format may have %s %d %v %x %X %q %% and a width before d"
    return None
