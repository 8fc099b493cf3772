"""The algorithms the door speaks, in order of preference; what is not listed is refused.

No CBC, 3DES, MD5 or SHA-1. Host keys are Ed25519 and ECDSA P-256; users may have RSA keys of at least 2048 bits,
which sign with SHA-2, or with SHA-1 where a switch says so. The last two codes of messages are not of the better form
(encrypt-then-mac); libssh2 before 1.11, hence curl of older systems, knows no other.
"""

from paramiko.kex_curve25519 import KexCurve25519
from paramiko.kex_mlkem import KexMLKEM768X25519

from domain import ssh_keys

CIPHERS = (
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
)
MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)
KEY_EXCHANGES = (
    *(("mlkem768x25519-sha256",) if KexMLKEM768X25519.is_available() else ()),
    *(("curve25519-sha256@libssh.org",) if KexCurve25519.is_available() else ()),
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
)
HOST_KEYS = ("ssh-ed25519", "ecdsa-sha2-nistp256")
USER_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
SHA1_SIGNATURE = "ssh-rsa"
SMALLEST_RSA_KEY = ssh_keys.SMALLEST_RSA_KEY
