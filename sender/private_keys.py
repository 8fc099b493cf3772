"""Read the private keys that sign, from PEM files that may be protected by a pass phrase."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sender.passphrases import read_passphrase
from sender.troubles import SenderError


def load_private_key(
    path: Path, *, option: str, passphrase_variable: str | None
) -> RSAPrivateKey | EllipticCurvePrivateKey:
    """Return the key in the file that `option` names; SenderError when it cannot be read or is of another kind."""
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        raise SenderError(
            f"The key {path} cannot be opened: {trouble.strerror}.", next_step=f"Check {option}."
        ) from trouble
    try:
        try:
            key = load_pem_private_key(raw, password=None)
        except TypeError:  # the library's way to say that the key is encrypted
            key = load_pem_private_key(raw, password=read_passphrase(path, variable=passphrase_variable).encode())
    except ValueError as trouble:
        raise SenderError(
            f"The key {path} cannot be read: it is not a PEM key, or the pass phrase is wrong.",
            next_step=f"Check {option} and the pass phrase.",
        ) from trouble
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise SenderError(f"The key {path} is neither RSA nor ECDSA.", next_step="Sign with an RSA or an ECDSA key.")
    return key
