"""Bring the trust list and the revocation data up to date, from files and from where the authorities publish them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from channels.trusted import active_certificates, last_seen, note_revocations, read_trust_material
from domain.refusals import OutageError, Refusal
from ingest.expiry_tasks import suspend_without_certificate
from ingest.fetch_records import Fetch, ask_responders, fetch_lists
from ingest.read_trust_files import read_certificate_files, read_record_files
from ingest.revocation_letters import tell_of_ageing_data, tell_of_missing_data
from ingest.source_outcomes import SourceOutcome
from signing.certificates import read_certificate
from signing.revocation import RevocationDataError
from signing.trust import CertificateTrust, TrustedPath

_ACTOR = "trust refresh"
_ANY = "any authority"


@dataclass(frozen=True, slots=True)
class TrustRules:
    """How long revocation data are relied on, and the certificate policies that a path must carry one of."""

    max_age: timedelta
    policies: frozenset[str]

    def over_tables(self) -> CertificateTrust:
        """Return the trust in what the tables hold now."""
        return CertificateTrust(read_trust_material(), max_age=self.max_age, policies=self.policies)


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What became of every source, and what is lacking after it.

    `missing`: authorities (RFC 4514) without data that can be relied on, each with a sentence; `ageing`: when the data of
    others were last seen at their source, more than half the maximum age ago; `stray`: SHA-256 of registered certificates
    that lead to no trusted authority; `suspended`: how many senders stopped, since no certificate of theirs signs any more.
    """

    outcomes: tuple[SourceOutcome, ...]
    missing: Mapping[str, str]
    ageing: Mapping[str, datetime]
    stray: tuple[str, ...]
    suspended: int

    def require_fresh(self) -> None:
        """Raise OutageError when data that are needed cannot be relied on."""
        if self.missing:
            raise OutageError("; ".join(self.missing.values()))


@dataclass(frozen=True, slots=True)
class _Signers:
    """The paths of the certificates that may sign now, and the SHA-256 of those that have none.

    `outage` says why no path could be looked for at all.
    """

    paths: tuple[TrustedPath, ...] = ()
    stray: tuple[str, ...] = ()
    outage: str | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is missing and what is ageing, as in `RefreshReport`; the SHA-256 of signers that are revoked, and are not."""

    missing: dict[str, str]
    ageing: dict[str, datetime]
    revoked: tuple[str, ...]
    sound: tuple[str, ...]


def refresh_trust(
    folder: Path, *, fetch: Fetch | None, rules: TrustRules, operator_address: str, at: datetime
) -> RefreshReport:
    """Take over the files, fetch what the authorities publish (unless `fetch` is None), and tell what is lacking.

    A source that fails is reported; it keeps no other from being read and replaces nothing. What is revoked is noted, and
    a sender that has no other certificate is suspended (access and login §3.5). An operator is written to
    once a day about each authority whose data are missing, or were last seen more than half the maximum age ago.
    """
    outcomes = read_certificate_files(folder, actor=_ACTOR, at=at)
    signers = _signers(rules.over_tables(), at=at)
    outcomes += _read_records(folder, fetch, signers.paths, at=at)
    trust = rules.over_tables()
    judged = _judge(trust, signers.paths, max_age=rules.max_age, at=at)
    missing, ageing = judged.missing, judged.ageing
    note_revocations(revoked=judged.revoked, sound=judged.sound, actor=_ACTOR, at=at)
    suspended = suspend_without_certificate(at=at)
    if signers.outage is not None:
        missing[_ANY] = signers.outage
    for issuer, sentence in missing.items():
        tell_of_missing_data(issuer, sentence, operator_address=operator_address, at=at)
    for issuer, seen in ageing.items():
        tell_of_ageing_data(issuer, last_seen=seen, operator_address=operator_address, at=at)
    return RefreshReport(tuple(outcomes), missing, ageing, signers.stray, suspended)


def _read_records(
    folder: Path, fetch: Fetch | None, paths: Sequence[TrustedPath], *, at: datetime
) -> Iterator[SourceOutcome]:
    material = read_trust_material()
    authorities = [x509.load_der_x509_certificate(der) for der in (*material.anchors, *material.intermediates)]
    yield from read_record_files(folder, authorities=authorities, paths=paths, at=at)
    if fetch is None:
        return
    listed = set()
    for outcome in fetch_lists(fetch, paths=paths, authorities=authorities, at=at):
        if outcome.trouble is None:
            listed.add(outcome.source)
        yield outcome
    yield from ask_responders(fetch, paths=paths, listed=frozenset(listed), at=at)


def _signers(trust: CertificateTrust, *, at: datetime) -> _Signers:
    paths, stray = [], []
    for der in active_certificates(at=at):
        try:
            # One that is valid only later is wanted as of then: its authority's data are to be here before.
            paths.append(trust.require_path(der, at=max(at, read_certificate(der).not_before)))
        except OutageError as outage:
            return _Signers(outage=str(outage))
        except (Refusal, ValueError):  # the latter for one that cannot be read any more
            stray.append(hashlib.sha256(der).hexdigest())
    return _Signers(tuple(paths), tuple(stray))


def _judge(trust: CertificateTrust, paths: Sequence[TrustedPath], *, max_age: timedelta, at: datetime) -> _Judged:
    revoked, sound = [], []
    missing: dict[str, str] = {}
    consulted: dict[str, str] = {}
    for path in paths:
        try:
            records = trust.require_not_revoked(path, at=at)
        except RevocationDataError as outage:
            missing[outage.issuer] = str(outage)
        except Refusal:
            revoked.append(_sha256(path))  # nothing is missing
        else:
            sound.append(_sha256(path))
            issuers = (issuer.subject.rfc4514_string() for _, issuer in pairwise(path.certificates))
            consulted.update(zip(records, issuers, strict=True))
    seen = last_seen(consulted.keys())
    ageing = {consulted[sha256]: instant for sha256, instant in seen.items() if instant < at - max_age / 2}
    return _Judged(missing, ageing, tuple(revoked), tuple(sound))


def _sha256(path: TrustedPath) -> str:
    return path.certificates[0].fingerprint(SHA256()).hex()
