from __future__ import annotations

import pytest

from affidavit.base.errors import PolicyError
from affidavit.policy.bundle import bundle_of
from affidavit.policy.model import Module
from rego_bundles import MANIFEST, a_bundle

REGO = b"package p\n\ndeny := []\n"
FILES = {"policy.toml": MANIFEST.encode(), "a.rego": REGO}


def test_a_bundle_has_its_modules_and_its_tests_apart() -> None:
    files = FILES | {"lib/b.rego": b"package b\n", "a_test.rego": b"package q\n", "README.md": b""}
    found = bundle_of(files)
    assert found.modules == (
        Module(path="a.rego", text=REGO.decode()),
        Module(path="lib/b.rego", text="package b\n"),
    )
    assert found.tests == (Module(path="a_test.rego", text="package q\n"),)
    assert found.data == b"{}"


def test_the_digest_is_over_every_file_and_not_over_pages() -> None:
    changed = [
        FILES | {"a.rego": REGO + b"#"},
        FILES | {"a_test.rego": b"package q"},
        FILES | {"data.json": b"{}"},
        FILES | {"policy.toml": MANIFEST.encode() + b"#"},
    ]
    assert len({bundle_of(files).digest for files in (FILES, *changed)}) == 5
    assert bundle_of(FILES | {"README.md": b"words"}) == bundle_of(FILES)


def test_moving_bytes_from_one_file_to_the_next_changes_the_digest() -> None:
    one = FILES | {"b.rego": b"package b\n#", "c.rego": b"package c"}
    other = FILES | {"b.rego": b"package b\n", "c.rego": b"#package c"}
    assert bundle_of(one).digest != bundle_of(other).digest


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"a.rego": REGO}, "the bundle has no policy.toml", id="no manifest"),
        pytest.param({"policy.toml": b""}, "the bundle has no file of Rego", id="no Rego"),
        pytest.param(FILES | {"x.yaml": b""}, "x.yaml is no file of a bundle", id="another file"),
        pytest.param(
            FILES | {"lib/data.json": b"{}"},
            "lib/data.json is no file of a bundle",
            id="data below",
        ),
        pytest.param(
            FILES | {"../a.rego": b""}, "'../a.rego' is no path that a bundle may have", id="path"
        ),
        pytest.param(FILES | {"b.rego": b"\xff"}, "b.rego is not UTF-8", id="no text"),
        pytest.param(
            FILES | {"b.rego": b"package b\n#" + b"x" * 1_000},
            "b.rego:2: more than 1,000 characters on one line",
            id="wide",
        ),
        pytest.param(
            FILES | {"b.rego": b"\n" * 10_000}, "b.rego has more than 10,000 lines", id="long"
        ),
        pytest.param(
            FILES | {"b.rego": b"#" * 262_145}, "b.rego has more than 262,144 bytes", id="large"
        ),
        pytest.param(
            FILES | {"b.rego": b"package b\nx := " + b"[" * 13},
            "b.rego:2: more than 12 brackets inside each other",
            id="deep",
        ),
        pytest.param(
            FILES | {f"b{number}.rego": b"" for number in range(200)},
            "the bundle has more than 200 files",
            id="many",
        ),
        pytest.param(FILES | {"data.json": b"[]"}, "data.json is no object", id="data"),
        pytest.param(
            FILES | {"data.json": b'{"a":1,"a":2}'},
            "data.json: an object names the key 'a' twice",
            id="key twice",
        ),
    ],
)
def test_what_is_no_bundle_is_refused_by_name(files: dict[str, bytes], message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        bundle_of(files)
    assert refused.value.message == message


def test_brackets_in_texts_and_comments_do_not_count() -> None:
    text = 'package p\n\ndeny := ["' + "[" * 50 + '", `' + "{" * 50 + "`] # " + "(" * 50 + "\n"
    assert a_bundle(text).modules[0].text == text


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        pytest.param("version = 1\n", "Object missing required field `name`", id="no name"),
        pytest.param(
            'version = 1\nname = "x"\n', "names neither allow nor deny", id="no entry point"
        ),
        pytest.param(MANIFEST + 'dney = "data.p.x"\n', "policy.toml:4: Object contains", id="word"),
        pytest.param(MANIFEST + 'allow = "p.x"\n', "policy.toml:4: Expected `str`", id="no data"),
        pytest.param(MANIFEST + 'rego = "v2"\n', "policy.toml:4: Invalid enum value", id="rego"),
        pytest.param(MANIFEST + "[classes]\nA = []\n", "policy.toml:4: Expected", id="class"),
        pytest.param("version = = 1", "policy.toml is not TOML", id="no TOML"),
        pytest.param("x" * 1_001, "policy.toml:1: more than 1,000 characters", id="wide"),
    ],
)
def test_what_is_no_manifest_is_refused_with_its_line(manifest: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        a_bundle("package p\n", manifest)
    assert message in refused.value.message


def test_a_manifest_names_its_entry_points_once() -> None:
    manifest = MANIFEST + 'allow = "data.p.allow"\ntier = "data.p.allow"\n'
    found = a_bundle("package p\n", manifest + '[classes]\ndocs = ["docs/**"]\n').manifest
    assert found.entries == ("data.p.allow", "data.p.deny")
    assert found.classes == {"docs": ("docs/**",)}
    assert found.rego == "v1"
