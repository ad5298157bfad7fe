"""Attestations as gittuf and SLSA's source-tool write them, about commits and trees of chance."""

from __future__ import annotations

from recorded import as_json
from result_samples import bundle, dsse

COMMIT = "1" * 40
TREE = "2" * 40
BASE = "3" * 40
GITTUF_TYPE = "application/vnd.gittuf+json"
OWN = "https://github.com/slsa-framework/slsa-source-poc"
APP = "github/YXBw"


def gittuf(kind: str, digest: dict[str, str], predicate: object, *, uri: str = "") -> bytes:
    """An attestation of gittuf, in the spelling of protobuf, under a signature nobody checks."""
    said = {
        "type": "https://in-toto.io/Statement/v1",
        "subject": [{**({"uri": uri} if uri else {}), "digest": digest}],
        "predicate_type": f"https://gittuf.dev/{kind}",
        "predicate": predicate,
    }
    return as_json(dsse(said, GITTUF_TYPE))


def account(login: str, number: object, kind: str = "User") -> dict[str, object]:
    """An account as GitHub tells it."""
    return {"login": login, "id": number, "type": kind, "node_id": "x"}


def request(opened_by: object, **other: object) -> bytes:
    """The attestation of a request on GitHub that `COMMIT` landed by."""
    predicate = {
        "number": 7,
        "user": opened_by,
        "merged_by": account("ben", 2),
        "merged_at": "2026-03-04T05:06:07Z",
        "merge_commit_sha": COMMIT,
        "head": {"sha": BASE},
        "base": {"ref": "main"},
        **other,
    }
    address = "https://github.com/firm/app/pull/7"
    return gittuf("github-pull-request/v0.1", {"gitCommit": COMMIT}, predicate, uri=address)


def request_path(commit: str = COMMIT) -> str:
    """Where gittuf keeps the attestation of a request."""
    return f"github-pull-requests/app-1/refs/heads/main/{commit}"


def approval(approvers: object, dismissed: object = (), **other: object) -> bytes:
    """The attestation that accounts approved moving main from `BASE` to `TREE`."""
    predicate = {
        "approvers": approvers,
        "dismissedApprovers": dismissed,
        "fromRevisionID": BASE,
        "targetRef": "refs/heads/main",
        "targetTreeID": TREE,
        **other,
    }
    return gittuf("github-pull-request-approval/v0.1", {"gitTree": TREE}, predicate)


def approval_path(tree: str = TREE) -> str:
    """Where gittuf keeps the approvals of a move to `tree`."""
    return f"code-review-approvals/refs/heads/main/{BASE}-{tree}/{APP}"


def summary(refs_called: str = "sourceRefs", **other: object) -> dict[str, object]:
    """A Source VSA of `COMMIT`."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"digest": {"gitCommit": COMMIT}, "annotations": {refs_called: ["refs/heads/main"]}}
        ],
        "predicateType": "https://slsa.dev/verification_summary/v1",
        "predicate": {
            "verifier": {"id": OWN},
            "timeVerified": "2026-03-04T05:06:07.123456789Z",
            "resourceUri": "git+https://github.com/firm/app",
            "verificationResult": "PASSED",
            "verifiedLevels": ["SLSA_SOURCE_LEVEL_3", "ORG_SOURCE_TESTED"],
            **other,
        },
    }


def provenance(kind: str, **predicate: object) -> dict[str, object]:
    """A statement of source-tool's own about `COMMIT`."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"digest": {"gitCommit": COMMIT}}],
        "predicateType": f"{OWN}/{kind}",
        "predicate": predicate,
    }


def note(*statements: object) -> bytes:
    """A note with each of `statements` in a bundle on a line of its own."""
    return b"".join(as_json(bundle(one)) + b"\n\n" for one in statements)
