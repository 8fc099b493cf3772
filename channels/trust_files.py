"""The operator's trust list as files: what lies in the folder is trusted, what is taken away is not any more."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from channels.trusted import (
    store_certificate,
    store_revocation_list,
    trusted_sources,
    withdraw_certificates,
)
from domain.trust import TrustRole

MAX_FILE_BYTES = 64 * 1024 * 1024
FOLDERS = {"anchors": TrustRole.ANCHOR, "intermediates": TrustRole.INTERMEDIATE}
LISTS = "crls"


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of one file or address: `trouble` is a sentence part, None when all was well."""

    source: str
    what: str
    trouble: str | None = None


def take_over_certificates(folder: Path, *, at: datetime) -> Iterator[SourceOutcome]:
    """Trust the certificates in `anchors/` and `intermediates/` (PEM or DER), and no others that came from files.

    A file that cannot be read is reported and changes nothing of what it held before.
    """
    found: set[str] = set()
    unread: set[str] = set()
    for name, role in FOLDERS.items():
        for path in _files(folder / name):
            source = f"{name}/{path.name}"
            try:
                certificates = _read_certificates(path)
                changed = [store_certificate(der, role=role, source=source, at=at) for der in certificates]
            except (ValueError, OSError) as trouble:
                unread.add(source)
                yield SourceOutcome(source, "not taken over", f"{trouble}")
                continue
            found.update(hashlib.sha256(der).hexdigest() for der in certificates)
            yield SourceOutcome(source, "trusted anew" if any(changed) else "trusted")
    absent = {sha256: source for sha256, source in trusted_sources().items() if sha256 not in found}
    gone = {sha256: source for sha256, source in absent.items() if _is_file_of(source) and source not in unread}
    withdraw_certificates(gone.keys(), at=at)
    for source in sorted(set(gone.values())):
        yield SourceOutcome(source, "not trusted any more, its file is gone")


def take_over_lists(folder: Path, *, at: datetime) -> Iterator[SourceOutcome]:
    """Keep the revocation lists in `crls/` (DER or PEM); a file that is there counts as seen at its source now."""
    for path in _files(folder / LISTS):
        source = f"{LISTS}/{path.name}"
        try:
            is_new = store_revocation_list(read_list(_bounded(path)), source=source, at=at)
        except (ValueError, OSError) as trouble:
            yield SourceOutcome(source, "not taken over", f"{trouble}")
        else:
            yield SourceOutcome(source, "new" if is_new else "seen again")


def read_list(raw: bytes) -> bytes:
    """Return the DER of a revocation list in DER or PEM form; ValueError for anything else."""
    parsed = x509.load_pem_x509_crl(raw) if raw.lstrip().startswith(b"-----BEGIN") else x509.load_der_x509_crl(raw)
    return parsed.public_bytes(Encoding.DER)


def _is_file_of(source: str) -> bool:
    return any(source.startswith(f"{name}/") for name in FOLDERS)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _read_certificates(path: Path) -> list[bytes]:
    raw = _bounded(path)
    if b"PRIVATE KEY" in raw:
        raise ValueError("it holds a private key, which does not belong here")
    if raw.lstrip().startswith(b"-----BEGIN"):
        certificates = x509.load_pem_x509_certificates(raw)
    else:
        certificates = [x509.load_der_x509_certificate(raw)]
    return [certificate.public_bytes(Encoding.DER) for certificate in certificates]


def _bounded(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError(f"it has more than {MAX_FILE_BYTES} bytes")
    return path.read_bytes()
