"""Measure the signature check, certificate decision included, beside the openssl program over the same files."""

import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from commands.authority import Authority
from domain.certificates import CertificateState, RegisteredCertificate
from domain.refusals import OutageError
from domain.sender_numbers import SenderNumber
from domain.trust import RevocationKind, RevocationRecord, TrustMaterial
from signing.detached import check_signer
from signing.signature_files import read_signature_file
from signing.signer import PayloadSigner
from signing.trust import CertificateTrust

SMALL_BYTES = 20_000
REGISTERED = 4
REVOKED = 1_000
LARGE_FACTOR, LARGE_ALLOWANCE = 1.3, 0.05
"""What the check of the large file may take: this many times openssl's digest of it, and these seconds."""

_REPOSITORY = Path(__file__).resolve().parents[2]
_SENDER = SenderNumber("123456")
_DAY = timedelta(days=1)
_MEGABYTE = 1_000_000
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; of the small files the openssl program gets fewer, since it takes longer for each."""

    small_files: int = 500
    openssl_files: int = 50
    large_bytes: int = 200 * 1024 * 1024
    rounds: int = 7


_USUAL = Scale()


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that the check of a signature takes: a sender's certificates, an authority and its list of revocations."""

    registered: list[RegisteredCertificate]
    trust: CertificateTrust
    at: datetime

    def check(self, payload: Path) -> None:
        """Check one file with the signature file beside it, as the counter does."""
        with payload.open("rb") as content:
            check_signer(
                content,
                payload.with_suffix(".fs").read_bytes(),
                sender=_SENDER,
                registered=self.registered,
                at=self.at,
                trust=self.trust,
            )


def measure(scale: Scale = _USUAL) -> dict[str, float]:
    """Return medians over rounds, each with the openssl program in the same round; megabytes are of 1,000,000 bytes."""
    with tempfile.TemporaryDirectory(prefix="gb-") as name:
        folder, at = Path(name), datetime.now(UTC)
        signer = _write_authority(folder, at=at)
        desk = _open_desk(folder, at=at)
        large = _write_payloads(folder, signer, count=1, size=scale.large_bytes)[0]
        small = _write_payloads(folder, signer, count=scale.small_files, size=SMALL_BYTES)
        peak = _measure_peak(folder, large, at=at)
        own_rate, openssl_rate = _measure_small(desk, folder, small, scale)
        own_seconds, openssl_seconds = _measure_large(desk, large, scale)
    allowed = LARGE_FACTOR * openssl_seconds + LARGE_ALLOWANCE
    return {
        "verifications_per_s": own_rate,
        "openssl_per_s": openssl_rate,
        "ratio_to_openssl": own_rate / openssl_rate,
        "seconds_200mb": own_seconds,
        "openssl_seconds_200mb": openssl_seconds,
        "ratio_200mb_to_openssl": own_seconds / openssl_seconds,
        "allowed_seconds_200mb": allowed,
        "is_within_allowed_200mb": float(own_seconds <= allowed),
        "peak_mb_200mb": peak,
        "small_file_bytes": SMALL_BYTES,
        "revoked_certificates": REVOKED,
    }


def _write_authority(folder: Path, *, at: datetime) -> PayloadSigner:
    """Write an authority, its list and a sender's certificates; return the signer of the last of these."""
    authority = Authority.create("Authority of the bench", at=at - 30 * _DAY, lifetime=900 * _DAY)
    revoked = dict.fromkeys(range(1, REVOKED + 1), at - _DAY)
    crl = x509.load_der_x509_crl(authority.issue_crl(at=at, lifetime=_DAY, revoked=revoked))
    anchor = authority.identity.certificate
    (folder / "anchor.der").write_bytes(anchor.public_bytes(Encoding.DER))
    (folder / "list.der").write_bytes(crl.public_bytes(Encoding.DER))
    (folder / "authority.pem").write_bytes(anchor.public_bytes(Encoding.PEM) + crl.public_bytes(Encoding.PEM))
    for number in range(REGISTERED):
        identity = authority.issue_signer("Signer", at=at - _DAY, lifetime=300 * _DAY)
        (folder / f"certificate-{number}.der").write_bytes(identity.certificate.public_bytes(Encoding.DER))
    return PayloadSigner(identity.key, identity.certificate)


def _open_desk(folder: Path, *, at: datetime) -> _Desk:
    record = RevocationRecord(RevocationKind.CRL, (folder / "list.der").read_bytes(), at)
    material = TrustMaterial(((folder / "anchor.der").read_bytes(),), (), (record,))
    registered = [
        RegisteredCertificate(
            _SENDER, der, hashlib.sha256(der).hexdigest(), CertificateState.ACTIVE, at - _DAY, at + 300 * _DAY
        )
        for der in (path.read_bytes() for path in sorted(folder.glob("certificate-*.der")))
    ]
    return _Desk(registered, CertificateTrust(material, max_age=_DAY), at)


def _write_payloads(folder: Path, signer: PayloadSigner, *, count: int, size: int) -> list[Path]:
    """Write `count` random payloads of `size` bytes, each with its signature file and the same signature in DER."""
    paths = [folder / f"{size}-{number}.fi" for number in range(count)]
    for path in paths:
        with path.open("wb") as file:
            for start in range(0, size, _CHUNK):
                file.write(os.urandom(min(_CHUNK, size - start)))
        with path.open("rb") as content:
            signature_file = signer.sign(content)
        path.with_suffix(".fs").write_bytes(signature_file)
        path.with_suffix(".der").write_bytes(read_signature_file(signature_file))
    return paths


def _measure_small(desk: _Desk, folder: Path, payloads: list[Path], scale: Scale) -> tuple[float, float]:
    """Return files a second by our check on one core, and by the program run once a file."""

    def check_all() -> None:
        for payload in payloads:
            desk.check(payload)

    def verify_some() -> None:
        for payload in payloads[: scale.openssl_files]:
            _verify_with_openssl(payload, folder / "authority.pem")

    check_all()
    own, openssl = _in_turns(check_all, verify_some, rounds=scale.rounds)
    return scale.small_files / own, scale.openssl_files / openssl


def _measure_large(desk: _Desk, payload: Path, scale: Scale) -> tuple[float, float]:
    """Return the seconds of our whole check, and of the program's bare digest of the same file."""
    digest = (_find_openssl(), "dgst", "-sha256", str(payload))
    theirs = partial(subprocess.run, digest, check=True, capture_output=True)
    return _in_turns(partial(desk.check, payload), theirs, rounds=scale.rounds)


def _in_turns(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Return the median of the seconds of each, the two taking turns."""
    seconds = [(_time(ours), _time(theirs)) for _ in range(rounds)]
    return statistics.median(own for own, _ in seconds), statistics.median(other for _, other in seconds)


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _verify_with_openssl(payload: Path, authority: Path) -> None:
    """Verify the signature, the path and its revocation as the program does."""
    files = ("-in", payload.with_suffix(".der"), "-content", payload, "-CAfile", authority)
    options = ("-binary", "-inform", "DER", "-purpose", "any", "-crl_check", "-out", os.devnull)
    command = (_find_openssl(), "cms", "-verify", *options, *files)
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own files


def _find_openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        raise OutageError("the openssl program, beside which signatures are measured, is not installed")
    return found


def _measure_peak(folder: Path, payload: Path, *, at: datetime) -> float:
    """Return the largest resident memory, in megabytes, of a fresh process that checks `payload` alone."""
    command = [sys.executable, "-m", "commands.bench.signature", str(folder), str(payload), at.isoformat()]
    path = {"PYTHONPATH": str(_REPOSITORY)}
    finished = subprocess.run(command, check=True, capture_output=True, env=os.environ | path)  # noqa: S603 - ourselves
    return int(finished.stdout) / _MEGABYTE


def _peak_bytes() -> int:
    """Return this process's own peak; Linux keeps it apart from what `getrusage` inherits from who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _folder, _payload, _at = sys.argv[1:]
    _open_desk(Path(_folder), at=datetime.fromisoformat(_at)).check(Path(_payload))
    sys.stdout.write(f"{_peak_bytes()}\n")
