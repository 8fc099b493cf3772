"""Sign the payloads of a set with the sender's key: FS beside FI, and the go-ahead file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from sender.durable_files import write_whole
from sender.naming import SetNames
from sender.private_keys import load_private_key
from sender.progress import Meter, MeteredFile, silent
from sender.troubles import SenderError
from signing.signer import PayloadSigner


def load_signer(
    key_path: Path, certificate_path: Path, *, passphrase_variable: str | None, at: datetime
) -> PayloadSigner:
    """Return the signer made of a PEM key and its PEM certificate, valid `at` that instant.

    Raises SenderError when one cannot be read, they do not belong together, or the certificate is not valid.
    """
    key = load_private_key(key_path, option="--key", passphrase_variable=passphrase_variable)
    certificate = load_certificate(certificate_path)
    if not certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc:
        raise SenderError(
            f"The certificate {certificate_path} is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} "
            f"until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC, not now.",
            next_step="Sign with a certificate that is valid now and registered for your sender number.",
        )
    try:
        return PayloadSigner(key, certificate)
    except ValueError as trouble:
        raise SenderError(
            f"The key {key_path} and the certificate {certificate_path} cannot sign: {trouble}.",
            next_step="Give an RSA key of 2048 bits or more, or one on P-256 or P-384, and the certificate issued for it.",
        ) from trouble


def load_certificate(path: Path) -> x509.Certificate:
    """Return the first certificate of a PEM file; SenderError when there is none."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as trouble:
        raise SenderError(
            f"The certificate {path} cannot be opened: {trouble.strerror}.", next_step="Check --certificate."
        ) from trouble
    except ValueError as trouble:
        raise SenderError(
            f"{path} is not a certificate in PEM form.",
            next_step="Give the file that starts with -----BEGIN CERTIFICATE-----.",
        ) from trouble


def sign_set(
    payloads: Sequence[Path], names: SetNames, signer: PayloadSigner, *, meter: Meter = silent
) -> tuple[Path, ...]:
    """Write the signature of each payload beside it, then the go-ahead file; return what was written, in order."""
    written = []
    for payload, name in zip(payloads, names.signatures, strict=True):
        size = payload.stat().st_size
        with meter(f"signing {payload.name}", size) as advance, MeteredFile(payload, advance) as content:
            signature = signer.sign(content)
        target = payload.with_name(str(name))
        write_whole(target, signature)
        written.append(target)
    go_ahead = payloads[0].with_name(str(names.go_ahead))
    write_whole(go_ahead, b"")
    return (*written, go_ahead)
