"""The token shows itself in requests to its forge and nowhere else."""

from __future__ import annotations

import logging
import pickle
import socket
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from affidavit.base.errors import AffidavitError, ForgeError, ForgeTokenError, UsageError
from affidavit.sources.github.server import server
from affidavit.sources.github.token import Token, token
from affidavit.sources.github.transport import Transport
from collectors import API, SECRET, Script, Waits, transport

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_neither_its_text_nor_a_pickle_tells_what_it_is() -> None:
    one = Token(SECRET)
    shown = f"{one} {one!r} {one:}" + str([one]) + str(dir(one))
    assert SECRET not in shown
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(one)


def test_it_comes_from_either_variable_and_the_first_counts() -> None:
    headers: dict[str, str] = {}
    token({"GITHUB_TOKEN": " first\n", "GH_TOKEN": "second"}).authorize(headers)
    assert headers == {"Authorization": "Bearer first"}
    token({"GITHUB_TOKEN": " ", "GH_TOKEN": "second"}).authorize(headers)
    assert headers == {"Authorization": "Bearer second"}


def test_without_one_the_error_names_the_variables() -> None:
    with pytest.raises(ForgeTokenError) as caught:
        token({})
    assert caught.value.message == "there is no token in GITHUB_TOKEN or GH_TOKEN"


@pytest.mark.parametrize("secret", ["", "ab\ncd", "ab cd", "tökén", "x" * 4097, "a\0b"])
def test_what_no_header_can_hold_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(ForgeTokenError) as caught:
        Token(secret)
    assert secret == "" or secret not in f"{caught.value.message}{caught.value.hint}"


def whole_traceback(error: BaseException) -> str:
    """All that a crash reporter shows: every frame of every cause with its variables."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.Response(500, text=SECRET),
        httpx.Response(302, headers={"location": "https://evil.example/"}),
        httpx.Response(401, json={"message": SECRET}),
        httpx.Response(429, headers={"retry-after": "99999"}),
    ],
)
def test_no_traceback_holds_it_even_with_all_variables(
    failure: httpx.Response | Exception,
) -> None:
    script = Script(*[failure for _ in range(5)])
    with pytest.raises((ForgeError, ForgeTokenError)) as caught:
        transport(script).get(f"{API}/repos/a/b")
    script.asked.clear()
    assert SECRET not in whole_traceback(caught.value)


@pytest.fixture
def breaking() -> Iterator[str]:
    """A server that ends every connection while it is being asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    connection.recv(10)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def test_nothing_of_a_broken_connection_is_logged_or_told_with_it(
    breaking: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Transport(server(breaking), Token(SECRET), Waits()) as asking:
        with pytest.raises(ForgeError) as caught:
            asking.get(f"{breaking}/repos/a/b")
        assert caught.value.__context__ is None
        assert SECRET not in whole_traceback(caught.value)
    assert caplog.records
    assert SECRET not in caplog.text + str([vars(one) for one in caplog.records])


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://github.example.com", "a token is sent over https alone"),
        ("ftp://github.example.com", "is an address such as"),
        ("https://", "is an address such as"),
        ("https://me:word@github.example.com", "holds a name or a password"),
        ("https://github.example.com/?a=b", "is an address such as"),
        ("https://github.example.com:x", "Port could not be cast"),
    ],
)
def test_an_address_that_would_give_it_away_is_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        server(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (API, (API, f"{API}/graphql", "github.com")),
        (
            "https://git.firm.com/api/v3/",
            (
                "https://git.firm.com/api/v3",
                "https://git.firm.com/api/graphql",
                "git.firm.com",
            ),
        ),
        (
            "https://api.firm.ghe.com",
            ("https://api.firm.ghe.com", "https://api.firm.ghe.com/graphql", "firm.ghe.com"),
        ),
        (
            "http://127.0.0.1:80",
            ("http://127.0.0.1:80", "http://127.0.0.1:80/graphql", "127.0.0.1:80"),
        ),
    ],
)
def test_every_kind_of_server_has_its_two_endpoints(
    url: str, expected: tuple[str, str, str]
) -> None:
    assert tuple(server(url)) == expected


def test_errors_are_ours(breaking: str) -> None:
    asking = Transport(server(breaking), Token(SECRET), Waits())
    with asking, pytest.raises(AffidavitError):
        asking.post(b"{}")
