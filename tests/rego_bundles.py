"""Bundles for tests: one module, a manifest around it, an input that has only what is asked."""

from __future__ import annotations

from affidavit.policy.bundle import Bundle, bundle_of

MANIFEST = 'version = 1\nname = "a policy"\ndeny = "data.p.deny"\n'
LOOP = "package p\n\ndeny contains n if n := count(numbers.range(1, 100000000))\n"
PANIC = "package p\n\ndeny contains n if n := time.parse_duration_ns(input.text)\n"
"""With a text such as ``1é`` regorus does not end in an error but panics."""
PANICS = '{"text":"1é"}'.encode()


def a_bundle(rego: str, manifest: str = MANIFEST, **more: str) -> Bundle:
    """The bundle of `rego`, in ``a.rego``, and of `more` by names without their suffix."""
    files = {"policy.toml": manifest, "a.rego": rego}
    files |= {f"{name}.json" if name == "data" else f"{name}.rego": more[name] for name in more}
    return bundle_of({path: text.encode() for path, text in files.items()})
