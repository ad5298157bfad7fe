from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from affidavit.app.policy.opa_rest import LARGEST, TOKEN, OpaRest, opa_client
from affidavit.policy import opa
from affidavit.policy.deciding import decided
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.model import Answer, Reason
from affidavit.policy.regorus import Regorus
from opa_oracle import ERROR, UNDEFINED, answer, needs_opa
from rego_bundles import a_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

REGO = """package p

deny contains {"id": "few", "msg": "too few"} if input.approvals < 2

deny contains "no number" if to_number(input.text) < 0
"""
BUNDLE = a_bundle(REGO)


def asked(reply: httpx.Response) -> OpaRest:
    transport = httpx.MockTransport(lambda _: reply)
    return OpaRest(httpx.Client(transport=transport, base_url="https://opa"), BUNDLE)


def told(**more: object) -> httpx.Response:
    return httpx.Response(200, json=more)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (told(), Answer(value=None)),
        (told(result=None), Answer(value=b"null")),
        (told(result=[]), Answer(value=b"[]")),
        (told(result={"b": 1, "a": 2}), Answer(value=b'{"a":2,"b":1}')),
    ],
    ids=["undefined", "null", "empty", "object"],
)
def test_undefined_and_null_are_told_apart(reply: httpx.Response, expected: Answer) -> None:
    assert asked(reply).query("data.p.deny", b"{}") == expected


@pytest.mark.parametrize(
    ("reply", "failure", "message"),
    [
        (
            httpx.Response(500, json={"code": "internal_error", "message": "to_number: x"}),
            Failure.FAILED,
            "the server answers 500: to_number: x",
        ),
        (
            httpx.Response(401, json={"code": "unauthorized", "message": "no"}),
            Failure.ENGINE,
            "the server answers 401: no",
        ),
        (httpx.Response(200, text="<p>"), Failure.ENGINE, "the server answers 200, and not as OPA"),
        (httpx.Response(302, text=""), Failure.ENGINE, "the server answers 302, and not as OPA"),
        (httpx.Response(200, text="x" * (LARGEST + 1)), Failure.LIMIT, "the server answers more"),
    ],
    ids=["policy fails", "token", "no JSON", "redirect", "too large"],
)
def test_what_is_no_answer_is_an_error_with_its_word(
    reply: httpx.Response, failure: Failure, message: str
) -> None:
    with pytest.raises(EvaluationError) as refused:
        asked(reply)
    assert refused.value.failure is failure
    assert refused.value.message.startswith(message)


def test_a_server_that_does_not_answer_is_an_error() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = httpx.Client(transport=httpx.MockTransport(broken), base_url="https://opa")
    with pytest.raises(EvaluationError, match=r"does not answer \(ConnectError\)"):
        OpaRest(client, BUNDLE)


def test_a_bundle_that_the_server_names_is_verified() -> None:
    revision = {"bundles": {"main": {"revision": BUNDLE.digest}}, "version": "1.20.2"}
    assert asked(told(provenance=revision)).name == "opa 1.20.2"
    assert asked(told()).name == "opa of an unknown version, bundle not verified"
    with pytest.raises(EvaluationError, match="the server has another bundle: 7"):
        asked(told(provenance={"revision": "7"}))


def test_a_question_is_strict_and_asks_for_a_path_alone() -> None:
    assert opa.path("data.a.b") == "/v1/data/a/b?strict-builtin-errors=true&provenance=true"
    assert opa.body(b"[1]") == b'{"input":[1]}'
    for query in ("data", "input.x", "data.a/b", "data.a; x", "data.a.b?"):
        with pytest.raises(EvaluationError, match="a path below data alone"):
            opa.path(query)


@pytest.mark.parametrize(
    "address",
    ["http://opa.example", "ftp://localhost", "https://u:p@opa", "https://opa/x", "http://[::", ""],
)
def test_a_way_that_is_not_safe_is_refused(address: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        opa_client(address, {})
    assert refused.value.failure is Failure.ENGINE
    assert "u:p" not in refused.value.message


def test_the_token_is_read_from_the_environment() -> None:
    with opa_client("http://127.0.0.1:8181", {TOKEN: "t"}) as client:
        assert client.headers["Authorization"] == "Bearer t"
    with opa_client("https://opa.example", {}) as client:
        assert "Authorization" not in client.headers


class Stub(BaseHTTPRequestHandler):
    """OPA's data API, as far as it is used, before OPA's own evaluator."""

    def do_POST(self) -> None:
        path, _, options = self.path.partition("?")
        assert "strict-builtin-errors=true" in options
        asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = path.removeprefix("/v1/data/").replace("/", ".")
        found = answer({"a.rego": REGO}, name, asked["input"])
        reply: object = (
            {}
            if found == UNDEFINED
            else {"result": found["value"]}
            if isinstance(found, dict)
            else {"code": "internal_error", "message": "evaluation"}
        )  # noqa: E501
        data = json.dumps(reply).encode()
        self.send_response(500 if found == ERROR else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - theirs
        pass


@contextmanager
def serving() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Stub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@needs_opa
def test_the_opa_library_behind_its_api_and_our_engine_decide_alike() -> None:
    ours = Regorus(BUNDLE)
    with serving() as address, opa_client(address, {}) as client:
        theirs = OpaRest(client, BUNDLE)
        found = [
            [(one.allowed, one.reasons, (one.error or "").partition(":")[0]) for one in pair]
            for data in (b'{"approvals":1,"text":"1"}', b'{"approvals":2,"text":"x"}', b"{}")
            for pair in [[decided(engine, BUNDLE, data) for engine in (ours, theirs)]]
        ]
    few = (False, (Reason(id="few", message="too few"),), "")
    assert found == [[few, few], [(False, (), "failed")] * 2, [(True, (), "")] * 2]
