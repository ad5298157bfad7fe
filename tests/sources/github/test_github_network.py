"""Over a real network: certificates are checked, and a proxy of the environment learns no token."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from affidavit.base.errors import ForgeError
from affidavit.sources.github.server import server
from affidavit.sources.github.token import Token
from affidavit.sources.github.transport import Transport
from collectors import API, SECRET, Waits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{"id": 1}'
NO = b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def listening(heard: list[bytes], answer: bytes, tls: ssl.SSLContext | None) -> Iterator[int]:
    """A server on a port of this machine that keeps what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as place:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = place.accept()
                    with suppress(OSError), connection:
                        talk = tls.wrap_socket(connection, server_side=True) if tls else connection
                        heard.append(talk.recv(65536))
                        talk.sendall(answer)
                        talk.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield place.getsockname()[1]
        place.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that only whoever is told of it trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    place.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return place


def of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_that_cannot_show_who_it_is_is_told_nothing(certificate: Path) -> None:
    heard: list[bytes] = []
    with listening(heard, ANSWER, of(certificate)) as port:
        place = server(f"https://127.0.0.1:{port}")
        asking = Transport(place, Token(SECRET), Waits())
        with asking, pytest.raises(ForgeError, match="CERTIFICATE_VERIFY_FAILED"):
            asking.get(place.at("repos", "firm", "shop"))
    assert heard == []


def test_a_certificate_of_the_firm_is_trusted_through_the_environment(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    heard: list[bytes] = []
    with listening(heard, ANSWER, of(certificate)) as port:
        place = server(f"https://127.0.0.1:{port}")
        with Transport(place, Token(SECRET), Waits()) as asking:
            assert asking.get(place.at("repos", "firm", "shop")).status == 200
    assert SECRET.encode() in heard[0]


def test_a_proxy_is_asked_for_a_tunnel_and_not_given_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []
    with listening(heard, NO, None) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:password@127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        asking = Transport(server(API), Token(SECRET), Waits())
        with asking, pytest.raises(ForgeError) as caught:
            asking.get(f"{API}/repos/firm/shop")
    assert heard[0].startswith(b"CONNECT api.github.com:443 HTTP/1.1\r\n")
    assert SECRET.encode() not in b"".join(heard)
    assert "password" not in caught.value.message
