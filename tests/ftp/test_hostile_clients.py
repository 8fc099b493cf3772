"""What a client may try on purpose: the door bounds it, says so where it can, and serves everybody else as before."""

import ftplib
import io
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from OpenSSL import SSL

from channels.models import LoginCertificate
from tests.ftp.conftest import PAYLOAD, USER, FtpDoor, RawClient, eventually, put, register_login_certificate

pytestmark = pytest.mark.django_db
"""The tests read what the door's own threads have committed."""


@pytest.fixture(scope="module")
def door(lasting_door: FtpDoor) -> FtpDoor:
    return lasting_door


@pytest.fixture
def client(door: FtpDoor) -> Iterator[RawClient]:
    client = door.raw().login()
    yield client
    client.close()


def upload(client: RawClient, name: str) -> socket.socket:
    data = client.open_data()
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    return data


@pytest.mark.parametrize("command", ["LIST", "NLST", "MLSD", "MLST", "CWD", "STOR", "RETR", "RNFR", "USER"])
@pytest.mark.parametrize("trick", ["/IN/a\rNOOP", "/IN/a\nNOOP", "/IN/a\0\r\0NOOP", "\n\nNOOP", "/OUT/\x0bx\x7f"])
def test_a_name_brings_no_second_command(client: RawClient, command: str, trick: str):
    client.ask("EPSV")
    assert client.ask(f"{command} {trick}") == "500 This is no command."
    assert client.ask("NOOP") == "200 Nothing done."


@pytest.mark.parametrize("pattern", ["[z-a]", "[", "[!]", "*" * 60, "*?" * 30, "[[:alpha:]]", "\\*"])
def test_a_strange_pattern_lists_nothing_and_hurts_nobody(client: RawClient, pattern: str):
    with client.open_data() as data:
        assert client.ask(f"NLST /OUT/{pattern}")[:3] in {"150", "550"}
        data.settimeout(5)
        if "*" in pattern or "[" in pattern:
            assert data.recv(100) == b""
    if "*" in pattern or "[" in pattern:
        assert client.read().startswith("226")


@pytest.mark.parametrize("arguments", ["-la", "-la /IN", "-a -x /etc"])
def test_options_of_ls_are_passed_over(client: RawClient, arguments: str):
    with client.open_data() as data:
        told = client.ask(f"LIST {arguments}")
        assert told[:3] == ("550" if "etc" in arguments else "150")
        data.settimeout(5)
        if told.startswith("150"):
            assert (b"OUTTEST-S" in data.recv(1000)) == (arguments == "-la")


def test_urgent_telnet_signals_end_an_upload(door: FtpDoor, client: RawClient):
    name = door.name
    with upload(client, name) as data:
        data.sendall(PAYLOAD)
        client.sock.sendall(b"\xff\xf4\xff")
        client.sock.send(b"\xf2", socket.MSG_OOB)
        assert client.ask("ABOR") == "426 Aborted."
        assert client.read().startswith("226")
    assert door.staged()[name] is False


def test_a_name_that_ends_like_abor_ends_nothing(door: FtpDoor, client: RawClient):
    name = door.name
    data = upload(client, name)
    client.sock.sendall(b"SIZE /IN/XABOR\r\nSIZE ABOR\r\n")
    data.sendall(PAYLOAD)
    data.close()
    assert [client.read()[:3] for _ in range(3)] == ["226", "550", "550"]
    assert door.staged()[name] is True


def test_offsets_beyond_the_end_make_no_hole(door: FtpDoor, client: RawClient):
    name = door.name
    upload(client, name).close()
    assert client.read().startswith("226")
    for offset in (1, 2**31 - 1, 2**31, 2**32, 10**15 - 1):
        client.ask("EPSV")
        assert client.ask(f"REST {offset}").startswith("350")
        assert client.ask(f"STOR /IN/{name}").startswith("554")
    assert client.ask(f"SIZE /IN/{name}") == "213 0"


def test_rest_does_not_go_with_appe_and_ends_with_the_next_transfer(door: FtpDoor, client: RawClient):
    name = door.name
    client.ask("EPSV")
    client.ask("REST 1")
    assert client.ask(f"APPE /IN/{name}").startswith("503")
    with client.open_data() as data:
        assert client.ask(f"APPE /IN/{name}").startswith("150")
        data.sendall(b"abc")
    assert client.read().startswith("226")
    assert client.ask(f"SIZE /IN/{name}") == "213 3"


def test_allo_reserves_nothing(door: FtpDoor, client: RawClient):
    for size in ("0", "99999999999999999999", "1 R 1", "much"):
        assert client.ask(f"ALLO {size}").startswith("202")
    assert client.ask("ALLO").startswith("501")


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_flood_of_ports_leaves_one_open(door: FtpDoor, client: RawClient):
    client.ask("PASV")
    before = descriptors()
    for _ in range(100):
        assert client.ask("PASV").startswith("227")
        assert client.ask("EPSV").startswith("229")
        assert client.ask("PORT 127,0,0,1,200,1").startswith("200")
    assert eventually(lambda: descriptors() <= before)  # not so while the door looks its logins up anew


def test_one_data_connection_is_taken_and_no_other(door: FtpDoor, client: RawClient):
    port = int(client.ask("EPSV").split("|||")[1].split("|")[0])
    with socket.create_connection(("127.0.0.1", port)) as first:
        others = [socket.socket() for _ in range(5)]
        assert eventually(lambda: all(is_refused(other, port) for other in others))
        assert client.ask("NLST /").startswith("150")
        assert first.recv(100).startswith(b"IN\r\n")
    assert client.read().startswith("226")


def is_refused(sock: socket.socket, port: int) -> bool:
    """Whether the port is closed, or was closed before it took this connection."""
    with sock:
        sock.settimeout(2)
        try:
            sock.connect(("127.0.0.1", port))
            return sock.recv(1) == b""
        except ConnectionError:
            return True


def shake_hands(client: RawClient, *, context: SSL.Context) -> SSL.Connection:
    assert client.ask("AUTH TLS").startswith("234")
    client.sock.settimeout(None)
    secured = SSL.Connection(context, client.sock)
    secured.set_connect_state()
    secured.do_handshake()
    return secured


def test_keys_are_not_negotiated_anew(door: FtpDoor):
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    client = door.raw()
    secured = shake_hands(client, context=context)
    assert secured.renegotiate()
    with pytest.raises(SSL.Error, match="no renegotiation"):
        secured.do_handshake()
    client.close()
    assert is_served(door)


def test_tls_that_breaks_while_a_login_is_looked_up_troubles_nobody_else(door: FtpDoor):
    for _ in range(3):
        client = door.raw()
        secured = shake_hands(client, context=SSL.Context(SSL.TLS_CLIENT_METHOD))
        secured.sendall(f"USER {USER}\r\n".encode())
        client.sock.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        client.close()
    assert is_served(door)


def is_served(door: FtpDoor) -> bool:
    with door.plain() as other:
        return other.voidcmd("NOOP").startswith("200")


@pytest.fixture(scope="module")
def registered(door: FtpDoor) -> Iterator[LoginCertificate]:
    certificate = register_login_certificate(door.sender, door.bench.identity)
    yield certificate
    certificate.delete()


def another_identity(door: FtpDoor) -> ssl.SSLContext:
    other = door.bench.authority.issue_signer(
        "Somebody else",
        at=door.bench.identity.certificate.not_valid_before_utc,
        lifetime=door.bench.identity.certificate.not_valid_after_utc
        - door.bench.identity.certificate.not_valid_before_utc,
    )
    key, certificate = door.folder / "other-key.pem", door.folder / "other-cert.pem"
    other.write(key_path=key, certificate_path=certificate)
    return door.context(identity=(certificate, key))


def without_identity(door: FtpDoor) -> ssl.SSLContext:
    return door.context()


@pytest.mark.parametrize("stranger", [another_identity, without_identity])
def test_data_goes_to_the_holder_of_the_certificate_that_logged_in(
    door: FtpDoor, registered: LoginCertificate, stranger
):
    client, name = door.with_certificate(), door.name
    assert client.sendcmd(f"USER {USER}").startswith("232")
    client.prot_p()
    own, client.context = client.context, stranger(door)
    with pytest.raises(ftplib.error_temp, match="425 The data connection did not show the certificate"):
        read_or_be_cut(client)
    with pytest.raises((ftplib.error_temp, ssl.SSLError, OSError)):
        put(client, name, PAYLOAD)
    client.context = own
    client.close()
    assert door.staged().get(name, False) is False


def read_or_be_cut(client: ftplib.FTP_TLS) -> None:
    """List the root; the client of TLS 1.3 believes the handshake done before the door has looked at the certificate."""
    conn = client.transfercmd("NLST /")
    try:
        assert conn.recv(100) == b""
    except (ssl.SSLError, ConnectionError):
        pass
    finally:
        conn.close()
    client.voidresp()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_resumed_session_shows_the_certificate_it_began_with(
    door: FtpDoor, registered: LoginCertificate, version: ssl.TLSVersion
):
    client = door.with_certificate()
    client.close()
    client.context.minimum_version = client.context.maximum_version = version
    client = door.anonymous_tls(context=client.context)
    client.sendcmd(f"USER {USER}")
    client.prot_p()
    _, port = client.makepasv()
    client.putcmd("NLST /")
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        client.context.wrap_socket(plain, session=client.sock.session) as data,
    ):
        assert client.getresp().startswith("150")
        assert data.session_reused
        assert data.recv(1000).startswith(b"IN\r\n")
        data.unwrap().close()
    assert client.voidresp().startswith("226")
    client.quit()


def test_the_door_has_served_everybody_and_holds_nothing(door: FtpDoor):
    door.opened.close()
    assert eventually(lambda: all(connection.is_closed for connection in door.counter._connections))
    with door.plain() as client:
        assert put(client, door.name, PAYLOAD).startswith("226")
        listed = io.BytesIO()
        client.retrbinary("NLST /IN", listed.write)
        assert listed.getvalue()
    assert not [path for path in Path(door.bench.home / "staging").rglob("*") if path.stat().st_size > 10**6]
