"""Who gets in, with which algorithms, and what a connection may do then."""

import socket

import paramiko
import pytest
import structlog
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from domain.refusals import OutageError
from tests.sftp_server.conftest import USER


def test_a_registered_ed25519_key_gets_in(door):
    assert door.sftp("ls").code == 0


def test_a_registered_rsa_key_gets_in_with_sha2(door):
    assert door.sftp("ls", key=door.keys.user_rsa).code == 0


def test_an_unknown_key_gets_nobody_in(door):
    ended = door.sftp("ls", key=door.keys.stranger)
    assert ended.code != 0
    assert "Permission denied (publickey)" in ended.complaints


def test_an_unknown_user_gets_nobody_in(door):
    assert "Permission denied (publickey)" in door.sftp("ls", user="somebody").complaints


def knock(door, name, key):
    """Try to come in with that key, and return what the door logs of it."""
    transport = paramiko.Transport(("127.0.0.1", door.port))
    with structlog.testing.capture_logs() as said, pytest.raises(paramiko.SSHException):
        transport.connect(username=name, pkey=paramiko.PKey.from_path(key))
    transport.close()
    return [line for line in said if line["event"].startswith(("sftp key", "sftp login"))]


def test_a_name_that_is_nobodys_may_be_a_secret_and_is_not_logged(door):
    (line,) = knock(door, "hunter2", door.keys.user)
    assert (line["event"], line["reason"]) == ("sftp key refused", "no user has that name")
    assert "hunter2" not in str(line)


def test_the_name_of_a_user_with_an_unknown_key_is_logged(door):
    (line,) = knock(door, USER, door.keys.stranger)
    assert (line["event"], line["user"]) == ("sftp key refused", USER)


def test_a_name_is_not_logged_while_nobody_can_say_whose_it_is(door):
    door.directory.trouble = OutageError("the database is away")
    (line,) = knock(door, "hunter2", door.keys.user)
    assert line["event"] == "sftp login undecided"
    assert "hunter2" not in str(line)


@pytest.mark.parametrize("name", ["x" * 65, "a\0b", "gebruiker\u00e9"])
def test_a_name_that_no_user_has_is_not_even_looked_up(door, name):
    door.directory.trouble = AssertionError("looked up")
    transport = paramiko.Transport(("127.0.0.1", door.port))
    with pytest.raises(paramiko.AuthenticationException):
        transport.connect(username=name, pkey=paramiko.PKey.from_path(door.keys.user))
    transport.close()


def test_passwords_and_dialogues_are_not_offered(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    for attempt in (lambda: transport.auth_password(USER, "secret"), lambda: transport.auth_none(USER)):
        with pytest.raises(paramiko.BadAuthenticationType) as refused:
            attempt()
        assert refused.value.allowed_types == ["publickey"]
    transport.close()


def test_a_key_registered_for_another_user_gets_nobody_in(door):
    door.directory.registered.add(("other", door.keys.blob_of(door.keys.stranger)))
    assert door.sftp("ls", key=door.keys.stranger).code != 0


def test_an_outage_while_looking_the_key_up_is_no_refusal(door):
    door.directory.trouble = OutageError("the database is away")
    ended = door.sftp("ls")
    assert ended.code != 0
    assert "Permission denied" not in ended.complaints


def test_too_many_tries_end_the_connection(doorkeeper):
    door = doorkeeper.open(login_tries=2)
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    stranger = paramiko.PKey.from_path(door.keys.stranger)
    for _ in range(2):
        with pytest.raises(paramiko.SSHException):
            transport.auth_publickey(USER, stranger)
    transport.join(10)
    assert not transport.is_active()


def test_a_kind_of_key_that_nobody_can_use_does_not_cost_the_next_its_chance(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey(USER, _KeyOfAnotherKind(door.keys.user))
    transport.auth_publickey(USER, paramiko.PKey.from_path(door.keys.user))
    assert transport.is_authenticated()
    transport.close()


class _KeyOfAnotherKind(paramiko.Ed25519Key):
    def __init__(self, path):
        super().__init__(filename=str(path))

    def get_name(self):
        return "sk-ssh-ed25519@openssh.com"


@pytest.mark.parametrize(
    "option",
    [
        "Ciphers=aes128-cbc",
        "Ciphers=3des-cbc",
        "Ciphers=chacha20-poly1305@openssh.com",
        "KexAlgorithms=diffie-hellman-group14-sha1",
        "KexAlgorithms=diffie-hellman-group-exchange-sha256",
        "HostKeyAlgorithms=rsa-sha2-256",
        "HostKeyAlgorithms=ssh-rsa",
    ],
)
def test_other_algorithms_are_refused(door, option):
    ended = door.sftp("ls", options=(option, "LogLevel=INFO"))
    assert ended.code != 0
    assert "no matching" in ended.complaints


@pytest.mark.parametrize("mac", ["hmac-sha1", "hmac-md5", "umac-128-etm@openssh.com"])
def test_other_authentication_codes_are_refused(door, mac):
    ended = door.sftp("ls", options=("Ciphers=aes256-ctr", f"MACs={mac}", "LogLevel=INFO"))
    assert "no matching MAC" in ended.complaints


@pytest.mark.parametrize(
    "mac", ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]
)
def test_the_listed_authentication_codes_are_spoken(door, mac):
    assert door.sftp("ls", options=("Ciphers=aes256-ctr", f"MACs={mac}")).code == 0


def test_rsa_with_sha1_gets_in_where_the_setting_says_so(doorkeeper):
    door = doorkeeper.open(accept_ssh_rsa=True)
    assert door.sftp("ls", options=("PubkeyAcceptedAlgorithms=ssh-rsa",), key=door.keys.user_rsa).code == 0
    assert door.sftp("ls", options=("PubkeyAcceptedAlgorithms=rsa-sha2-256",), key=door.keys.user_rsa).code == 0
    assert door.sftp("ls", options=("HostKeyAlgorithms=ssh-rsa",)).code != 0


def test_rsa_with_sha1_proves_the_key_where_it_is_taken(doorkeeper):
    door = doorkeeper.open(accept_ssh_rsa=True)
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey(USER, _KeyThatSignsBadly(door.keys.user_rsa))
    transport.close()


class _KeyThatSignsBadly(paramiko.RSAKey):
    def __init__(self, path):
        super().__init__(filename=str(path))

    def sign_ssh_data(self, data, _algorithm=None):
        message = paramiko.Message()
        message.add_string("ssh-rsa")
        message.add_string(self.key.sign(data + b"!", padding.PKCS1v15(), hashes.SHA1()))  # noqa: S303 - legacy
        return message


def test_rsa_with_sha1_is_refused(door):
    assert door.sftp("ls", options=("PubkeyAcceptedAlgorithms=ssh-rsa",), key=door.keys.user_rsa).code != 0


@pytest.mark.parametrize(
    "option",
    [
        "Ciphers=aes256-gcm@openssh.com",
        "Ciphers=aes128-gcm@openssh.com",
        "Ciphers=aes256-ctr",
        "KexAlgorithms=curve25519-sha256@libssh.org",
        "KexAlgorithms=ecdh-sha2-nistp256",
        "KexAlgorithms=diffie-hellman-group16-sha512",
        "HostKeyAlgorithms=ssh-ed25519",
        "HostKeyAlgorithms=ecdsa-sha2-nistp256",
    ],
)
def test_the_listed_algorithms_are_spoken(door, option):
    assert door.sftp("ls", options=(option,)).code == 0


def test_the_banner_tells_no_version(door):
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as raw:
        assert raw.makefile("rb").readline() == b"SSH-2.0-Guichet\r\n"


def test_there_is_no_shell_and_no_command(door):
    assert door.ssh("id").code != 0
    assert door.ssh().output == ""


def test_there_is_no_other_subsystem(door):
    assert door.ssh("-s", "netconf").code != 0


def test_nothing_is_forwarded(door):
    with door.client() as client:
        transport = client.get_channel().get_transport()
        with pytest.raises(paramiko.SSHException):
            transport.request_port_forward("127.0.0.1", 0)
        for kind in ("direct-tcpip", "x11", "forwarded-tcpip"):
            with pytest.raises(paramiko.ChannelException):
                transport.open_channel(kind, ("127.0.0.1", 22), ("127.0.0.1", 22))
        assert client.listdir("IN") == []
