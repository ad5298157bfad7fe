"""Approvals that gittuf attests: read, checked where the key is known, and never more than told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.ledger.dsse import Envelope, Signed
from approval_desk import Desk
from authenticator import plain_key
from signed_approvals import BEN, SOFT, row

if TYPE_CHECKING:
    from pathlib import Path

    from authenticator import Key


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A base that knows no app."""
    return Desk(tmp_path / "repo", row(BEN, SOFT))


def gittuf(desk: Desk, key: Key | None, tree: str) -> None:
    """An attestation of gittuf that the head's tree was approved, under the name of `tree`."""
    said = {
        "type": "https://in-toto.io/Statement/v1",
        "subject": [{"digest": {"gitTree": desk.tree(desk.head)}}],
        "predicate_type": "https://gittuf.dev/github-pull-request-approval/v0.1",
        "predicate": {"approvers": ["ann+7"], "dismissedApprovers": []},
    }
    bare = Envelope("application/vnd.gittuf+json", json.dumps(said).encode(), ())
    text = key.sign(bare.pae(), "git") if key else b"nothing"
    shown = Envelope(bare.payload_type, bare.payload, (Signed("x", text),)).encode()
    path = f"github-pull-request-approval/refs/heads/main/{desk.base}-{tree}/github/YXBw"
    commit = desk.repo.commit("x", files={path: shown}, parents=(), branch="attestations")
    desk.repo.ref("refs/gittuf/attestations", commit)


def test_what_gittuf_attests_of_the_tree_is_read_and_its_signature_checked(
    tmp_path: Path,
) -> None:
    app = plain_key(seed=50)
    desk = Desk(tmp_path / "repo", row("app@forge", app, 'namespaces="git"'))
    gittuf(desk, app, desk.tree(desk.head))
    (one,) = desk.read().foreign
    assert (one.approvers, one.verified, one.principals) == (("ann+7",), True, ("app@forge",))
    assert (one.fingerprint, one.why) == (app.public.fingerprint, None)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (plain_key(seed=51), "not verified: no line allows SHA256:"),
        (None, "not verified: the signature does not begin with SSHSIG"),
    ],
)
def test_what_nobody_known_signed_is_told_as_not_verified(
    desk: Desk, key: Key | None, why: str
) -> None:
    gittuf(desk, key, desk.tree(desk.head))
    (one,) = desk.read().foreign
    assert (one.verified, (one.why or "")[: len(why)]) == (False, why)


def test_what_gittuf_attests_of_another_tree_is_not_looked_at(desk: Desk) -> None:
    gittuf(desk, plain_key(seed=51), desk.tree(desk.base))
    found = desk.read()
    assert (found.foreign, found.unread) == ((), ())
