"""The keys by which clients recognise the door."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from sftp_server.host_keys import HostKeyError, read_host_keys


def written(path, key, form=PrivateFormat.OpenSSH, encryption=None):
    path.write_bytes(key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()))
    return path


@pytest.mark.parametrize("form", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
def test_both_kinds_are_read_in_both_forms(tmp_path, form):
    paths = [
        written(tmp_path / "ed25519", ed25519.Ed25519PrivateKey.generate(), form),
        written(tmp_path / "ecdsa", ec.generate_private_key(ec.SECP256R1()), form),
    ]
    keys = read_host_keys(paths)
    assert [key.get_name() for key in keys] == ["ssh-ed25519", "ecdsa-sha2-nistp256"]
    assert all(key.can_sign() for key in keys)


def test_no_ecdsa_key_is_unlucky(tmp_path):
    for _ in range(40):
        [key] = read_host_keys([written(tmp_path / "ecdsa", ec.generate_private_key(ec.SECP256R1()))])
        assert key.can_sign()


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())])
def test_another_kind_is_refused(tmp_path, key):
    with pytest.raises(HostKeyError, match="ssh-ed25519, ecdsa-sha2-nistp256"):
        read_host_keys([written(tmp_path / "other", key)])


def test_a_key_with_a_passphrase_is_refused(tmp_path):
    key = ed25519.Ed25519PrivateKey.generate()
    path = written(tmp_path / "closed", key, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    with pytest.raises(HostKeyError, match="without a passphrase"):
        read_host_keys([path])


def test_rubbish_is_refused(tmp_path):
    (tmp_path / "rubbish").write_bytes(
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
    )
    with pytest.raises(HostKeyError):
        read_host_keys([tmp_path / "rubbish"])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(HostKeyError, match=r"nowhere cannot be read: No such file"):
        read_host_keys([tmp_path / "nowhere"])
