import base64
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.ssh_keys import KEY_KINDS, SMALLEST_RSA_KEY, SshPublicKey
from sftp_server import algorithms


def written(key, *, comment: str = "desk@office") -> str:
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{public.decode()} {comment}\n"


def a_blob(*fields: bytes) -> str:
    return base64.b64encode(b"".join(struct.pack(">I", len(field)) + field for field in fields)).decode()


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=KEY_KINDS,
)
def test_a_key_of_a_kind_that_the_door_takes_is_read(key):
    parsed = SshPublicKey.parse(f"# the desk's key\n\n{written(key)}")
    assert parsed.kind in KEY_KINDS
    assert written(key).split()[1] == base64.b64encode(parsed.blob).decode()


def test_the_door_signs_in_with_the_same_kinds_and_sizes():
    of_the_door = {"ssh-rsa" if name.startswith("rsa-sha2-") else name for name in algorithms.USER_KEYS}
    assert of_the_door - {"ssh-rsa"} == set(KEY_KINDS) - {"ssh-rsa"}
    assert algorithms.SMALLEST_RSA_KEY == SMALLEST_RSA_KEY


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "0 lines"),
        ("ssh-ed25519", "no OpenSSH public key"),
        (written(ed25519.Ed25519PrivateKey.generate()) * 2, "2 lines"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
        (f"ssh-ed25519 {'A' * 20_000}", "more than"),
        ("ssh-ed25519 %%%", "no base64"),
        (f"ssh-ed25519 {base64.b64encode(bytes(3000)).decode()}", "3000 bytes"),
        ("ssh-ed25519 AAAA", "cut short"),
        (f"ssh-ed25519 {a_blob(b'ssh-rsa', b'e', b'n')}", "another kind"),
        (f"ssh-rsa {a_blob(b'ssh-rsa', b'e', bytes([1] * 128))}", "1017 bits"),
        (f"ssh-rsa {a_blob(b'ssh-rsa', b'e', bytes([1] * 1500))}", "11993 bits"),
        (f"ssh-dss {a_blob(b'ssh-dss')}", "not taken"),
        (f"sk-ssh-ed25519@openssh.com {a_blob(b'sk')}", "not taken"),
        (f"ssh-ed25519-cert-v01@openssh.com {a_blob(b'x')}", "not taken"),
        (f'command="rm" {written(ed25519.Ed25519PrivateKey.generate())}', "not taken"),
    ],
)
def test_whatever_else_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        SshPublicKey.parse(text)
