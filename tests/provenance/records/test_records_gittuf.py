"""What gittuf attests of changes: who opened, merged and approved, and where it contradicts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.digest import sha256
from affidavit.provenance.catalogue import load
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records import gittuf
from affidavit.provenance.records.model import Deed, Part, Record
from affidavit.provenance.signals import Signals
from attestations import (
    BASE,
    COMMIT,
    GITTUF_TYPE,
    TREE,
    account,
    approval,
    approval_path,
    request,
    request_path,
)
from attestations import gittuf as statement
from recorded import as_json
from result_samples import dsse

SIGNALS = Signals(load())
REF = "refs/gittuf/attestations"


def read(data: bytes, path: str = "x") -> Record:
    return gittuf.read(data, f"{REF}:{path}", SIGNALS)


def test_a_request_says_who_opened_and_who_merged_it() -> None:
    assert read(request(account("ann", 1)), request_path()) == Record(
        source="gittuf",
        place=f"{REF}:{request_path()}",
        commit=COMMIT,
        time="2026-03-04T05:06:07Z",
        links=("https://github.com/firm/app/pull/7",),
        deeds=(Deed(Part.AUTHOR, "ann+1"), Deed(Part.MERGER, "ben+2")),
        stated=(("head", BASE), ("base", "main")),
    )


@pytest.mark.parametrize(
    ("opener", "agent", "rule"),
    [
        (account("Copilot", 198982749, "Bot"), "copilot-cloud-agent", "PRV-COPILOT-001"),
        (account("devin-ai-integration[bot]", 158243242, "Bot"), "devin", "PRV-DEVIN-001"),
    ],
)
def test_a_request_that_an_agents_account_opened_is_a_claim(
    opener: dict[str, object], agent: str, rule: str
) -> None:
    evidence = f"{opener['login']}+{opener['id']} (Bot), {rule}"
    assert read(request(opener), request_path()).claims == (
        Claim(
            commit=COMMIT,
            rule="PRV-GITTUF-001",
            tier=Tier.B,
            agent=agent,
            role=Role.CO_AUTHOR,
            source="gittuf",
            evidence=evidence,
            digest=sha256(evidence.encode()),
        ),
    )


@pytest.mark.parametrize(
    "opener",
    [
        account("dependabot[bot]", 49699333, "Bot"),
        account("claudette", 5),
        account("", 198982749),
        None,
    ],
)
def test_other_accounts_are_no_agents(opener: object) -> None:
    assert read(request(opener), request_path()).claims == ()


@pytest.mark.parametrize(
    ("data", "path", "problems"),
    [
        (
            request(account("ann", 1)),
            request_path("4" * 40),
            ("it stands under another commit than the one that it is about",),
        ),
        (
            request(account("ann", 1), merge_commit_sha="4" * 40),
            request_path(),
            ("the request's own merge commit is another one",),
        ),
        (request({}), request_path(), ("it does not name who opened the request",)),
        (
            request(account("ann", 1), merged_at=None),
            request_path(),
            ("it says no time of the merge",),
        ),
        (
            request(account("ann", 1), merged_at="yesterday"),
            request_path(),
            ("the time of the merge is none",),
        ),
    ],
)
def test_what_does_not_agree_in_a_request_is_told(
    data: bytes, path: str, problems: tuple[str, ...]
) -> None:
    assert read(data, path).problems == problems


@pytest.mark.parametrize("number", [None, True, -1, 1.5, "7", 1 << 63])
def test_a_number_that_is_no_accounts_is_left_out(number: object) -> None:
    found = read(request(account("ann", number)), request_path())
    assert found.deeds[0] == Deed(Part.AUTHOR, "ann")


def test_a_request_about_no_commit_makes_no_claim() -> None:
    data = statement("github-pull-request/v0.1", {"sha1": COMMIT}, {"user": account("Copilot", 1)})
    found = read(data, request_path())
    assert (found.commit, found.claims, found.problems[0]) == (
        None,
        (),
        "it is not about one commit",
    )


def test_an_approval_says_whose_it_is_and_whose_was_taken_back() -> None:
    assert read(approval(["ann+1", "cy+3"], ["ben+2"]), approval_path()) == Record(
        source="gittuf",
        place=f"{REF}:{approval_path()}",
        tree=TREE,
        deeds=(
            Deed(Part.APPROVER, "ann+1"),
            Deed(Part.APPROVER, "cy+3"),
            Deed(Part.DISMISSED, "ben+2"),
        ),
        stated=(("ref", "refs/heads/main"), ("before", BASE)),
    )


@pytest.mark.parametrize(
    ("data", "path", "problem"),
    [
        (approval([]), approval_path(), "it names nobody who approved"),
        (
            approval(["ann+1"], targetTreeID="4" * 40),
            approval_path(),
            "what it is about is not the one target that it names",
        ),
        (
            approval(["ann+1"]),
            approval_path("4" * 40),
            "it stands under another move than the one that it is about",
        ),
    ],
)
def test_an_approval_that_contradicts_itself_is_told(data: bytes, path: str, problem: str) -> None:
    assert read(data, path).problems == (problem,)


def authorization(version: str, digest: dict[str, str], predicate: dict[str, str]) -> bytes:
    said = json.loads(statement(f"reference-authorization/{version}", digest, predicate))
    said["signatures"] = [
        {"keyid": "ann@firm.example::https://forge.example/login", "sig": "AA==", "extension": {}}
    ]
    return as_json(said)


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("v0.1", ("targetRef", "fromRevisionID", "targetTreeID")),
        ("v0.2", ("targetRef", "fromID", "targetID")),
    ],
)
def test_who_authorises_a_move_is_the_key_that_the_signature_names(
    version: str, names: tuple[str, str, str]
) -> None:
    said = dict(zip(names, ("refs/heads/main", BASE, TREE), strict=True))
    path = f"reference-authorizations/refs/heads/main/{BASE}-{TREE}"
    assert read(authorization(version, {"gitTree": TREE}, said), path) == Record(
        source="gittuf",
        place=f"{REF}:{path}",
        tree=TREE,
        deeds=(Deed(Part.APPROVER, "ann@firm.example::https://forge.example/login"),),
        stated=(("ref", "refs/heads/main"), ("before", BASE)),
    )


@pytest.mark.parametrize(
    ("ref", "problems"),
    [
        ("refs/tags/v1", ()),
        ("refs/heads/main", ("it authorises a commit for what is no tag",)),
    ],
)
def test_a_commit_is_authorised_for_a_tag_alone(ref: str, problems: tuple[str, ...]) -> None:
    said = {"targetRef": ref, "fromID": BASE, "targetID": COMMIT}
    path = f"reference-authorizations/{ref}/{BASE}-{COMMIT}"
    found = read(authorization("v0.2", {"gitCommit": COMMIT}, said), path)
    assert (found.commit, found.problems) == (COMMIT, problems)


def test_an_authorisation_whose_signature_names_no_key_is_told() -> None:
    said = {"targetRef": "refs/heads/main", "fromID": BASE, "targetID": TREE}
    data = statement("reference-authorization/v0.2", {"gitTree": TREE}, said)
    found = read(data, f"reference-authorizations/refs/heads/main/{BASE}-{TREE}")
    assert found.problems == ("no signature names who authorises",)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not JSON: Expecting value"),
        (statement("github-pull-request/v9", {}, {}), "it is of a type that is not read"),
        (
            as_json(dsse({"type": "secret"}, GITTUF_TYPE)),
            "no statement: Object missing required field `predicate`",
        ),
        (
            as_json(dsse({"type": "secret", "predicate": {}}, GITTUF_TYPE)),
            "the type … is no in-toto statement's",
        ),
        (as_json(dsse({}, "text/secret")), "the payload is …, no statement"),
        (b"x" * (gittuf.LARGEST + 1), "it has more than the 1,048,576 bytes that are read"),
    ],
)
def test_what_is_no_attestation_is_told_without_repeating_it(data: bytes, problem: str) -> None:
    assert read(data) == Record(source="gittuf", place=f"{REF}:x", problems=(problem,))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=9,
)
KINDS = st.sampled_from(
    [
        "github-pull-request/v0.1",
        "github-pull-request-approval/v0.1",
        "reference-authorization/v0.2",
    ]
)
FIELDS = st.sampled_from(["user", "merged_by", "approvers", "targetRef", "targetID", "merged_at"])


@given(KINDS, st.dictionaries(FIELDS, JSON), st.sampled_from(["gitTree", "gitCommit", "x"]))
def test_a_predicate_of_any_kind_is_read_or_told(
    kind: str, predicate: dict[str, object], algorithm: str
) -> None:
    found = read(statement(kind, {algorithm: TREE}, predicate), approval_path())
    assert (found.source, len(found.problems) < 5) == ("gittuf", True)


@given(st.binary(max_size=300))
def test_any_bytes_are_told(data: bytes) -> None:
    assert len(read(data).problems) == 1
