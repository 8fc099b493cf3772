"""Keys as time goes by: session keys are renewed, host keys make way for others, old RSA signatures need a switch."""

import subprocess
from typing import ClassVar

import paramiko
import pytest
import structlog
from paramiko.common import cMSG_GLOBAL_REQUEST

from sftp_server.host_key_offers import PROVE, prove_host_keys
from sftp_server.host_keys import HostKeyError, read_coming_host_keys, read_host_keys
from tests.sftp_server.conftest import USER, Doorkeeper
from tests.sftp_server.test_limits import wait_until

FI = "FI.DIMN.123456.20260302.00001.R.1.1"


def exchanges_seen(door, *lines: str, options: tuple[str, ...] = ()) -> int:
    ended = door.sftp(*lines, options=("LogLevel=DEBUG", *options))
    assert ended.code == 0, ended.complaints
    return ended.complaints.count("SSH2_MSG_NEWKEYS received")


@pytest.mark.parametrize("cipher", ["aes256-gcm@openssh.com", "aes256-ctr"])
def test_session_keys_are_renewed_after_so_many_bytes_and_no_byte_is_lost(doorkeeper, cipher):
    door = doorkeeper.open(rekey_bytes=1_000_000)
    content = bytes(range(256)) * 40_000
    (door.folder / FI).write_bytes(content)
    seen = exchanges_seen(door, f"put {FI} IN/", options=(f"Ciphers={cipher}", "MACs=hmac-sha2-256-etm@openssh.com"))
    assert seen >= 2  # how many there is time for depends on the machine
    assert bytes(next(tray for tray in door.trays.trays.values() if FI in tray)[FI]) == content


def test_session_keys_are_renewed_after_so_much_time(doorkeeper):
    door = doorkeeper.open(rekey_after=0.6)
    assert exchanges_seen(door, "ls", "!sleep 2.5", "ls") >= 2


def test_a_client_may_renew_the_keys_as_well(door):
    (door.folder / FI).write_bytes(bytes(4_000_000))
    assert exchanges_seen(door, f"put {FI} IN/", options=("RekeyLimit=1M",)) >= 3


def test_nobody_renews_keys_before_a_login(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with structlog.testing.capture_logs() as said:
        transport._send_kex_init()
        transport.join(10)
        wait_until(lambda: said)
    assert not transport.is_active()
    assert [(line["event"], line["peer"]) for line in said] == [("sftp connection broken off", "127.0.0.1")]


def test_openssh_learns_the_coming_host_key_while_the_old_one_is_offered(doorkeeper: Doorkeeper, keys):
    coming = doorkeeper.folder / "coming"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", coming], check=True)
    door = doorkeeper.open(coming=(coming,))
    known = door.folder / "known_hosts"
    old = keys.host_ed25519.with_suffix(".pub").read_text().split()[1]
    known.write_text(f"[127.0.0.1]:{door.port} ssh-ed25519 {old}\n")
    options = ("UpdateHostKeys=yes", f"UserKnownHostsFile={known}", "StrictHostKeyChecking=yes")
    arguments = ["sftp", "-F", "none", "-i", str(door.keys.user), "-P", str(door.port), "-b", "-"]
    arguments += [
        word for option in (*options, "IdentitiesOnly=yes", "GlobalKnownHostsFile=/dev/null") for word in ("-o", option)
    ]
    subprocess.run(
        [*arguments, f"{USER}@127.0.0.1"], input=b"ls\n!sleep 0.5\nls\n", check=True, cwd=door.folder, timeout=30
    )
    learned = {line.split()[2] for line in known.read_text().splitlines()}
    assert coming.with_suffix(".pub").read_text().split()[1] in learned
    assert old in learned


def test_no_proof_is_given_for_a_key_that_is_not_ours(keys):
    ours, strangers = read_host_keys([keys.host_ed25519]), paramiko.PKey.from_path(keys.stranger)
    request = paramiko.Message()
    request.add_string(strangers.asbytes())
    request.rewind()
    assert prove_host_keys(ours, request, session=b"session") is None


def test_no_proof_is_given_for_nothing_and_none_for_too_much(keys):
    ours = read_host_keys([keys.host_ed25519])
    assert prove_host_keys(ours, paramiko.Message(b""), session=b"session") is None
    request = paramiko.Message()
    for _ in range(17):
        request.add_string(ours[0].asbytes())
    request.rewind()
    assert prove_host_keys(ours, request, session=b"session") is None


def test_a_proof_that_cannot_be_given_is_a_refused_request(door):
    with door.client() as client:
        transport = client.get_channel().get_transport()
        message = paramiko.Message()
        message.add_byte(cMSG_GLOBAL_REQUEST)
        message.add_string(PROVE)
        message.add_boolean(True)
        message.add_string(b"no key")
        transport.completion_event.clear()
        transport._send_user_message(message)
        transport.completion_event.wait(10)
        assert transport.global_response is None
        assert client.listdir("IN") == []


def test_coming_host_keys_are_read_where_they_are(keys, tmp_path):
    current = tmp_path / "host"
    assert read_coming_host_keys([current]) == ()
    (tmp_path / "host.next").write_bytes(keys.stranger.read_bytes())
    (coming,) = read_coming_host_keys([current])
    assert coming.asbytes() == keys.blob_of(keys.stranger)
    (tmp_path / "host.next").write_bytes(b"rubbish")
    with pytest.raises(HostKeyError, match=r"host\.next"):
        read_coming_host_keys([current])


def test_signatures_over_sha1_are_taken_where_a_switch_says_so_and_logged(doorkeeper):
    door = doorkeeper.open(accept_ssh_rsa=True)
    with structlog.testing.capture_logs() as said:
        ended = door.sftp("ls", options=("PubkeyAcceptedAlgorithms=ssh-rsa",), key=door.keys.user_rsa)
    assert ended.code == 0, ended.complaints
    warnings = {(line["event"], line["peer"]) for line in said if line["log_level"] == "warning"}
    assert warnings == {("sftp login with a signature over SHA-1", "127.0.0.1")}
    assert door.sftp("ls", options=("PubkeyAcceptedAlgorithms=rsa-sha2-256",), key=door.keys.user_rsa).code == 0


def test_a_signature_over_sha1_in_a_request_for_sha2_is_refused(door):
    transport = paramiko.Transport(("127.0.0.1", door.port))
    transport.start_client(timeout=10)
    with pytest.raises(paramiko.AuthenticationException):
        transport.auth_publickey(USER, _SignsWithSha1.from_path_of(door.keys.user_rsa))
    transport.close()


class _SignsWithSha1(paramiko.RSAKey):
    HASHES: ClassVar = {**paramiko.RSAKey.HASHES, "ssh-rsa": paramiko.rsakey.hashes.SHA1}

    @classmethod
    def from_path_of(cls, path):
        return cls(filename=str(path))

    def sign_ssh_data(self, data, _algorithm=None):
        return super().sign_ssh_data(data, "ssh-rsa")
