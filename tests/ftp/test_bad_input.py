"""What no client should send: the door answers with a status of its own, logs it once, seals nothing and goes on."""

import socket

import pytest
import structlog

from tests.ftp.conftest import PASSWORD, USER, FtpDoor, RawClient, eventually, put, submissions

COMMANDS_WITH_PATHS = (
    "STOR",
    "APPE",
    "RETR",
    "DELE",
    "RNFR",
    "SIZE",
    "MDTM",
    "LIST",
    "NLST",
    "MLSD",
    "MLST",
    "CWD",
    "MKD",
)
TRICKS = [
    "../../etc/passwd",
    "/../etc/passwd",
    "/IN/../../etc/passwd",
    "/etc/passwd",
    "IN/sub/name",
    "/IN/sub/../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "IN\\..\\..\\etc",
    "/IN/" + "x" * 65,
    "/IN/na\xefve",
    "/IN/\xff\xff",
    "/IN/nul\0name",
    "/IN/tab\tname",
    "//IN//..//..//OUT/none",
    "~root",
]


pytestmark = pytest.mark.django_db
"""The tests read what the door's own threads have committed."""


@pytest.fixture(scope="module")
def door(lasting_door: FtpDoor) -> FtpDoor:
    return lasting_door


@pytest.fixture
def client(door: FtpDoor) -> RawClient:
    client = door.raw().login()
    client.ask("EPSV")
    yield client
    client.close()


def test_no_path_leads_out_of_the_trays(door: FtpDoor, client: RawClient):
    answers = {
        (command, trick): client.ask(f"{command} {trick}") for command in COMMANDS_WITH_PATHS for trick in TRICKS
    }
    taken = {key: answer for key, answer in answers.items() if answer[:3] not in {"500", "501", "550", "553"}}
    assert taken == {}
    assert client.ask("PWD").startswith('257 "/"')
    assert door.staged() == {}
    assert not [path for path in (door.bench.home / "staging").rglob("*") if path.is_file()]


BAD_COMMANDS = [
    ("SITE CHMOD 777 /IN", "502"),
    ("SITE EXEC id", "502"),
    ("STOU", "502"),
    ("REIN", "502"),
    ("MFMT 20260101000000 /IN/x", "502"),
    ("CCC", "502"),
    ("XYZZY", "500"),
    ("", "500"),
    (" STOR /IN/x", "500"),
    (b"\x00\x01\x02", "500"),
    (b"\xff\xfb\x01", "500"),
    ("PORT 10,1,2,3,200,1", "504"),
    ("PORT 127,0,0,1,0,22", "504"),
    ("PORT 127,0,0,1,300,1", "501"),
    ("PORT 127,0,0,1", "501"),
    ("PORT 999,0,0,1,200,1", "501"),
    ("EPRT |1|10.1.2.3|9999|", "504"),
    ("EPRT |2|2001:db8::1|9999|", "504"),
    ("EPRT |1|127.0.0.1|22|", "504"),
    ("EPRT |3|127.0.0.1|9999|", "501"),
    ("EPRT |1|127.0.0.1|99999|", "504"),
    ("EPRT |", "501"),
    ("EPRT", "501"),
    ("EPSV 2", "522"),
    ("REST -1", "501"),
    ("REST 99999999999999999999", "501"),
    ("TYPE E", "504"),
    ("MODE Z", "504"),
    ("STRU R", "504"),
    ("USER someone", "503"),
    ("PASS again", "503"),
    ("AUTH TLS", "503"),
    ("PROT P", "503"),
    ("RNTO /IN/x", "503"),
    ("STOR /OUT/x", "550"),
    ("STOR /IN", "550"),
    ("RETR /IN/x", "550"),
    ("RMD /IN", "550"),
    ("MKD /IN", "550"),
    ("MKD /IN/sub", "550"),
    ("DELE /OUT/none", "550"),
    ("RNFR /OUT/none", "550"),
    ("MLSD /IN/x", "501"),
    ("STAT /IN", "502"),
    ("QUIT now", "501"),
    ("OPTS UTF8 OFF", "501"),
    ("A" * 600, "500"),
]


def test_a_bad_command_has_its_status_and_the_session_goes_on(client: RawClient):
    for line, code in BAD_COMMANDS:
        client.ask("EPSV")
        assert (line, client.ask(line)[:3]) == (line, code)
        assert client.ask("NOOP").startswith("200")


def test_nothing_is_done_before_the_login(door: FtpDoor):
    client = door.raw()
    for line in ("LIST", "STOR /IN/x", "PASV", "EPSV", "PORT 127,0,0,1,200,1", "PWD", "SIZE /IN/x", "ABOR", "DELE x"):
        assert client.ask(line).startswith("530")
    client.close()


def test_the_greeting_tells_no_version(door: FtpDoor):
    client = door.raw()
    told = [client.greeting, client.ask("SYST"), client.ask("FEAT"), client.ask("STAT")]
    assert client.greeting == "220 Guichet."
    assert not [text for text in told if "pyftpdlib" in text.lower() or "python" in text.lower()]
    client.close()


def test_the_rest_of_an_oversized_line_is_no_command(door: FtpDoor, client: RawClient):
    client.sock.sendall(b"STOR " + b"x" * 5000 + b" " + b"\r\nNOOP\r\n")
    assert client.read().startswith("500")
    assert client.read().startswith("200")


def test_an_endless_line_ends_the_connection(client: RawClient):
    client.sock.settimeout(10)
    assert send_until_closed(client.sock, b"x" * 4096)


def send_until_closed(sock: socket.socket, block: bytes) -> bool:
    try:
        for _ in range(5000):
            sock.sendall(block)
    except ConnectionError:
        return True
    return False


def test_pipelined_garbage_is_answered_line_by_line(door: FtpDoor, client: RawClient):
    client.sock.sendall(b"\x01\x02\r\nFOO\r\nSITE x\r\nNOOP\r\n")
    assert [client.read()[:3] for _ in range(4)] == ["500", "500", "502", "200"]


def test_a_flood_of_commands_ends_the_session(door: FtpDoor):
    client = door.raw()
    client.sock.sendall(b"USER x\r\n" * 400)
    assert eventually(lambda: client.read() == "")
    client.close()


def test_plain_text_sent_behind_auth_is_dropped(door: FtpDoor):
    client = door.raw()
    client.sock.sendall(f"AUTH TLS\r\nUSER {USER}\r\nPASS {PASSWORD}\r\nNOOP\r\n".encode())
    assert client.read().startswith("234")
    secured = door.context().wrap_socket(client.sock)
    secured.sendall(b"PWD\r\n")
    assert secured.recv(1000).startswith(b"530")
    secured.close()


def test_plain_text_in_place_of_a_handshake_ends_the_connection(door: FtpDoor):
    client = door.raw()
    assert client.ask("AUTH TLS").startswith("234")
    client.sock.sendall(b"USER x\r\nPASS y\r\n")
    assert eventually(lambda: client.read() == "")
    client.close()


def test_data_is_private_under_tls(door: FtpDoor):
    client = door.tls()
    assert client.sendcmd("PBSZ 0").startswith("200")
    for line, code in (("PROT C", "534"), ("PROT E", "534"), ("AUTH TLS", "503"), ("CCC", "502")):
        with pytest.raises(Exception, match=f"^{code}"):
            client.sendcmd(line)
    client.quit()


def test_no_data_connection_is_opened_before_it_is_private(door: FtpDoor):
    raw = door.raw()
    raw.ask("AUTH TLS")
    with door.context().wrap_socket(raw.sock) as secured:
        client = RawClient.__new__(RawClient)
        client.sock, client._file = secured, secured.makefile("rb")
        client.login()
        assert [client.ask(line)[:3] for line in ("PASV", "EPSV", "PORT 127,0,0,1,200,1", "LIST", "STOR /IN/x")] == [
            "521"
        ] * 5
        client._file.close()


def test_a_stranger_does_not_get_the_data_connection(door: FtpDoor):
    client = door.raw().login()
    port = int(client.ask("EPSV").split("|||")[1].split("|")[0])
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.2", 0))
        with structlog.testing.capture_logs() as logs:
            stranger.connect(("127.0.0.1", port))
            stranger.settimeout(5)
            assert stranger.recv(1) == b""
    assert [(entry["event"], entry["source"]) for entry in logs] == [
        ("ftp data connection of a stranger refused", "127.0.0.2")
    ]
    with socket.create_connection(("127.0.0.1", port)) as own:
        assert client.ask("NLST /").startswith("150")
        assert own.recv(100).startswith(b"IN\r\n")
    assert client.read().startswith("226")
    client.close()


def test_type_a_never_carries_a_file(door: FtpDoor):
    client = door.raw().login()
    client.ask("TYPE A")
    client.ask("EPSV")
    assert client.ask(f"STOR /IN/{door.name}").startswith("550 Files travel in TYPE I only")
    client.close()


def test_a_refusal_is_logged_once_with_its_source_and_without_what_was_sent(client: RawClient):
    for line in ("SITE secret", "STOR /IN/secret/secret", "PORT 10,1,2,3,200,1", "SECRET", *_tricks_at("secret")):
        with structlog.testing.capture_logs() as logs:
            client.ask(line)
        (entry,) = logs
        assert (entry["source"], entry["event"], entry["log_level"]) == ("127.0.0.1", "ftp command refused", "info")
        assert "secret" not in str(entry).lower()


def _tricks_at(name: str) -> list[str]:
    """Return every command that takes a path, with one that leads out of the trays."""
    return [f"{command} /IN/../../etc/{name}" for command in (*COMMANDS_WITH_PATHS, "RMD", "XCWD", "XMKD", "XRMD")]


def test_a_file_that_is_not_there_is_nobodys_trick(client: RawClient):
    with structlog.testing.capture_logs() as logs:
        assert client.ask("SIZE /OUT/none").startswith("550")
    assert [entry["log_level"] for entry in logs] == ["debug"]


def test_a_file_of_ones_own_is_renamed_to_no_place_outside(door: FtpDoor, client: RawClient):
    with door.plain() as sender:
        put(sender, "own.tmp", b"x")
    for trick in TRICKS:
        assert client.ask("RNFR /IN/own.tmp").startswith("350")
        assert client.ask(f"RNTO {trick}")[:3] in {"500", "501", "550", "553"}, trick
    assert client.ask("DELE /IN/own.tmp").startswith("250")


def test_telnet_signals_in_front_of_abor_are_passed_over(door: FtpDoor, client: RawClient):
    assert client.ask(b"\xff\xf4\xff\xf2ABOR").startswith("226")
    assert submissions() == 0
