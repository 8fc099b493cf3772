"""The operator's trust list as files: certificates and revocation records in a folder; decides nothing about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from domain.trust import TrustRole

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
CERTIFICATES: Mapping[str, TrustRole] = MappingProxyType(
    {"anchors": TrustRole.ANCHOR, "intermediates": TrustRole.INTERMEDIATE}
)
LISTS: Final = "crls"
RESPONSES: Final = "ocsp"

_ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "anchors": (".pem", ".crt", ".cer", ".der"),
        "intermediates": (".pem", ".crt", ".cer", ".der"),
        LISTS: (".crl", ".pem", ".der"),
        RESPONSES: (".der", ".ors"),
    }
)


@dataclass(frozen=True, slots=True)
class TrustFile:
    """One file; `source` is its path below the trust folder, `trouble` says why it was not read."""

    source: str
    content: bytes
    trouble: str | None = None

    def require_content(self) -> bytes:
        """Return the bytes; ValueError with the trouble when they were not read."""
        if self.trouble is not None:
            raise ValueError(self.trouble)
        return self.content


def read_files(trust: Path, folder: str) -> Iterator[TrustFile]:
    """Yield every visible file of `trust`/`folder` by name; none when there is no such folder."""
    if not (trust / folder).is_dir():
        return
    for path in sorted((trust / folder).iterdir()):
        if not path.is_file() or path.name.startswith("."):
            continue
        source = f"{folder}/{path.name}"
        try:
            yield TrustFile(source, _read(path, endings=_ENDINGS[folder]))
        except (OSError, ValueError) as trouble:
            yield TrustFile(source, b"", str(trouble))


def read_certificates(raw: bytes) -> list[bytes]:
    """Return the DER certificates in a file of either form; ValueError when there is none or a private key."""
    if b"PRIVATE KEY" in raw:
        raise ValueError("it holds a private key, which does not belong here")
    try:
        if raw.lstrip().startswith(b"-----BEGIN"):
            certificates = x509.load_pem_x509_certificates(raw)
        else:
            certificates = [x509.load_der_x509_certificate(raw)]
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from error
    return [certificate.public_bytes(Encoding.DER) for certificate in certificates]


def read_list(raw: bytes) -> bytes:
    """Return the DER of a revocation list in DER or PEM form; ValueError for anything else."""
    try:
        parsed = x509.load_pem_x509_crl(raw) if raw.lstrip().startswith(b"-----BEGIN") else x509.load_der_x509_crl(raw)
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from error
    return parsed.public_bytes(Encoding.DER)


def _read(path: Path, *, endings: tuple[str, ...]) -> bytes:
    if path.suffix.lower() not in endings:
        raise ValueError(f"its name does not end in {', '.join(endings)}")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise ValueError(f"it has {size} bytes, at most {MAX_FILE_BYTES} expected")
    return path.read_bytes()
