"""One request at a time: waiting in the forge's own order, and the token for it alone."""

from __future__ import annotations

import ssl

import httpx
import pytest

from affidavit.base.errors import ForgeError, ForgeTokenError
from affidavit.sources.github import transport as room
from affidavit.sources.github.transport import TooSlowError
from collectors import API, SECRET, START, Script, Waits, transport

HERE = f"{API}/repos/firm/shop"
FINE = b'{"id": 1}'


def fine() -> httpx.Response:
    return httpx.Response(200, content=FINE)


def test_a_request_says_who_asks_and_for_which_version() -> None:
    script = Script(fine())
    answer = transport(script).get(HERE, etag='"e"')
    (asked,) = script.asked
    assert (asked.method, str(asked.url)) == ("GET", HERE)
    assert asked.headers["authorization"] == f"Bearer {SECRET}"
    assert asked.headers["accept"] == "application/vnd.github+json"
    assert asked.headers["if-none-match"] == '"e"'
    assert (answer.status, answer.body, answer.at) == (200, FINE, "2026-01-05T08:00:00Z")


def test_our_own_client_names_itself_checks_certificates_and_follows_nothing() -> None:
    client = room._client("affidavit/1.2.3")
    assert client.headers["user-agent"] == "affidavit/1.2.3"
    assert client.headers["x-github-api-version"] == "2022-11-28"
    assert not client.follow_redirects
    pool = client._transport._pool  # type: ignore[attr-defined]
    assert pool._ssl_context.verify_mode is ssl.CERT_REQUIRED
    assert pool._ssl_context.check_hostname


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (403, {"retry-after": "30"}, "{}", 31.0),
        (429, {"retry-after": "5", "x-ratelimit-remaining": "0"}, "{}", 6.0),
        (
            403,
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START) + 600)},
            "{}",
            601.0,
        ),
        (429, {}, "{}", 60.0),
        (403, {}, '{"message": "You have exceeded a secondary rate limit."}', 60.0),
        (200, {}, '{"errors": [{"type": "RATE_LIMITED", "message": "no"}]}', 60.0),
    ],
)
def test_a_limit_is_waited_out_as_the_forge_asks(
    status: int, headers: dict[str, str], body: str, seconds: float
) -> None:
    waits = Waits()
    script = Script(httpx.Response(status, headers=headers, text=body), fine())
    assert transport(script, waits).get(HERE).body == FINE
    assert [one for one, _ in waits.waited] == [seconds]


def test_a_reset_is_told_by_the_clock_of_the_forge() -> None:
    waits = Waits()
    headers = {
        "date": "Mon, 05 Jan 2026 09:00:00 GMT",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(int(START) + 3600 + 90),
    }
    script = Script(httpx.Response(403, headers=headers), fine())
    transport(script, waits).get(HERE)
    assert waits.waited == [(91.0, "the limit of REST requests is used up")]


def test_the_waits_get_longer_and_then_it_gives_up() -> None:
    waits = Waits()
    script = Script(*[httpx.Response(429) for _ in range(8)])
    with pytest.raises(ForgeError, match="refuses more requests"):
        transport(script, waits).get(HERE)
    assert [one for one, _ in waits.waited] == [60.0 * 2**n for n in range(7)]


def test_a_wait_of_a_day_is_an_error() -> None:
    script = Script(httpx.Response(429, headers={"retry-after": "86400"}))
    with pytest.raises(ForgeError, match=r"asks to wait for 24\.0 hours"):
        transport(script).get(HERE)


def test_nothing_is_asked_while_the_limit_is_used_up() -> None:
    waits = Waits()
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START) + 10)}
    script = Script(httpx.Response(200, headers=used_up, content=FINE), fine())
    asking = transport(script, waits)
    asking.get(HERE)
    assert waits.waited == []
    asking.get(HERE)
    assert waits.waited == [(11.0, "the limit of REST requests is used up")]


def test_a_used_up_limit_of_rest_does_not_hold_up_graphql() -> None:
    waits = Waits()
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START) + 10)}
    script = Script(httpx.Response(200, headers=used_up, content=FINE), fine())
    asking = transport(script, waits)
    asking.get(HERE)
    asking.post(b"{}")
    assert waits.waited == []


def test_a_refusal_for_want_of_permission_is_an_answer() -> None:
    needs = {"x-accepted-github-permissions": "administration=read"}
    said = b'{"message": "Resource not accessible"}'
    script = Script(httpx.Response(403, headers=needs, content=said))
    answer = transport(script).get(HERE)
    assert (answer.status, answer.permission) == (403, "administration=read")
    assert answer.message == "Resource not accessible"


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("peer closed connection"),
        httpx.Response(500),
        httpx.Response(502),
        httpx.Response(200, content=FINE[:4]),
    ],
)
def test_what_fails_is_asked_again(failure: httpx.Response | Exception) -> None:
    waits = Waits()
    script = Script(failure, fine())
    asking = transport(script, waits)
    assert (asking.get(HERE).body, asking.requests) == (FINE, 2)
    assert [one for one, _ in waits.waited] == [2.0]


def test_a_server_in_trouble_says_when_to_come_back() -> None:
    waits = Waits()
    script = Script(httpx.Response(503, headers={"retry-after": "17"}), fine())
    transport(script, waits).get(HERE)
    assert [one for one, _ in waits.waited] == [17.0]


def test_what_fails_again_and_again_is_an_error_that_names_it() -> None:
    script = Script(*[httpx.ConnectError("refused") for _ in range(5)])
    with pytest.raises(ForgeError) as caught:
        transport(script).get(HERE)
    assert caught.value.message == f"{HERE} does not answer: ConnectError refused"


def test_who_can_ask_for_less_is_told_at_once_that_it_is_too_much() -> None:
    for slow in (httpx.Response(502), httpx.Response(504), httpx.ReadTimeout("slow")):
        script = Script(slow)
        with pytest.raises(TooSlowError):
            transport(script).post(b"{}", patient=False)


def test_a_redirect_on_the_same_host_is_followed() -> None:
    moved = httpx.Response(301, headers={"location": "/repositories/7"})
    script = Script(moved, fine())
    assert transport(script).get(HERE).url == f"{API}/repositories/7"
    assert [str(one.url) for one in script.asked] == [HERE, f"{API}/repositories/7"]


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "http://api.github.com/x",
        "https://api.github.com:8443/x",
        "https://api.github.com@evil.example/x",
        "https://user:word@api.github.com/x",
        "https://[broken/x",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_is_refused_before_anything_is_sent(
    place: str, status: int
) -> None:
    script = Script(httpx.Response(status, headers={"location": place}))
    with pytest.raises(ForgeError) as caught:
        transport(script).get(HERE)
    assert "leads to another host" in caught.value.message
    assert len(script.asked) == 1


def test_redirects_come_to_an_end() -> None:
    script = Script(*[httpx.Response(302, headers={"location": HERE}) for _ in range(6)])
    with pytest.raises(ForgeError, match="again and again"):
        transport(script).get(HERE)


def test_a_question_is_not_turned_into_another_by_a_redirect() -> None:
    script = Script(httpx.Response(302, headers={"location": "/graphql2"}))
    with pytest.raises(ForgeError, match="redirects with status 302"):
        transport(script).post(b"{}")
    kept = Script(httpx.Response(308, headers={"location": "/graphql2"}), fine())
    assert transport(kept).post(b"{}").body == FINE
    assert (kept.asked[1].method, kept.asked[1].content) == ("POST", b"{}")


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGEST", 1000)
    script = Script(httpx.Response(200, content=b'"' + b"x" * 2000 + b'"'))
    with pytest.raises(ForgeError, match="more than 1,000 bytes"):
        transport(script).get(HERE)


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WHOLE", -1.0)
    script = Script(fine())
    with pytest.raises(TooSlowError, match="takes too long"):
        transport(script).post(b"{}", patient=False)


def test_a_token_that_is_not_accepted_is_an_error_of_its_own() -> None:
    script = Script(httpx.Response(401, json={"message": f"Bad credentials {SECRET}"}))
    with pytest.raises(ForgeTokenError) as caught:
        transport(script).get(HERE)
    assert caught.value.message == ("github.com does not accept the token: Bad credentials (token)")
