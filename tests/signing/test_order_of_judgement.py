"""Of several things that are wrong with a signature the first is told, and missing revocation data come last."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import pytest
from cryptography import x509

from domain.certificates import RegisteredCertificate
from domain.refusals import OutageError, Refusal, RefusalCode
from domain.trust import LineEnds
from signing.detached import Signer, check_signer
from signing.paths import path_of
from signing.trust import TrustedPath
from tests.signing.builders import (
    NOON,
    PAYLOAD,
    Keys,
    Signing,
    a_certificate,
    a_registration,
    der_of,
    find_signer,
    key_identifier,
)

SIGNATURE_INVALID = RefusalCode.SIGNATURE_INVALID
NOT_OF_SENDER = RefusalCode.CERTIFICATE_NOT_OF_SENDER


@dataclass(frozen=True)
class TrustInMemory:
    """Trusts every certificate but for those it is told of."""

    without_path: Collection[bytes] = ()
    revoked: Collection[bytes] = ()
    stale: Collection[bytes] = ()
    asked: list[str] = field(default_factory=list)

    def require_path(self, der: bytes, *, at: datetime) -> TrustedPath:
        assert at == NOON
        self.asked.append("path")
        if der in self.without_path:
            raise Refusal(SIGNATURE_INVALID, "leads to no trusted authority")
        return path_of((x509.load_der_x509_certificate(der),))

    def require_not_known_revoked(self, path: TrustedPath, *, at: datetime) -> None:
        assert at == NOON
        self.asked.append("known revoked")
        if der_of(path.certificates[0]) in self.revoked:
            raise Refusal(SIGNATURE_INVALID, "was revoked")

    def require_not_revoked(self, path: TrustedPath, *, at: datetime) -> tuple[str, ...]:
        assert at == NOON
        self.asked.append("fresh")
        if der_of(path.certificates[0]) in self.stale:
            raise OutageError("no revocation data are fresh")
        return ("record",)


def judge(
    signing: Signing,
    trust: TrustInMemory,
    *,
    registered: Collection[RegisteredCertificate] | None = None,
    payload: bytes = PAYLOAD,
) -> Signer:
    own = [a_registration(signing.certificate)] if registered is None else list(registered)
    return find_signer(signing.file(), own, payload=payload, trust=trust)


@pytest.fixture
def certificate(keys: Keys) -> x509.Certificate:
    return a_certificate(keys.p256)


@pytest.fixture
def signing(keys: Keys, certificate: x509.Certificate) -> Signing:
    return Signing(key=keys.p256, certificate=certificate)


def test_a_sound_signature_tells_by_what_it_was_found_acceptable(
    signing: Signing, certificate: x509.Certificate
) -> None:
    trust = TrustInMemory()
    entry = a_registration(certificate)
    signer = judge(signing, trust, registered=[entry])
    assert signer == Signer(entry, path=(entry.sha256,), revocation=("record",), line_ends=LineEnds.AS_IS)
    assert trust.asked == ["path", "known revoked", "fresh"]


@pytest.mark.parametrize(
    ("faults", "payload", "code", "words"),
    [
        pytest.param(("stale",), b"other", SIGNATURE_INVALID, "payload has digest", id="stale_and_payload_changed"),
        pytest.param(("revoked", "stale"), PAYLOAD, SIGNATURE_INVALID, "was revoked", id="stale_and_revoked"),
        pytest.param(("revoked",), b"other", SIGNATURE_INVALID, "was revoked", id="revoked_and_payload_changed"),
        pytest.param(("without_path", "stale"), PAYLOAD, SIGNATURE_INVALID, "no trusted", id="stale_and_no_path"),
        pytest.param(("without_path", "revoked"), PAYLOAD, SIGNATURE_INVALID, "no trusted", id="revoked_and_no_path"),
    ],
)
def test_of_two_faults_the_earlier_is_told(
    signing: Signing, faults: Collection[str], payload: bytes, code: RefusalCode, words: str
) -> None:
    der = der_of(signing.certificate)
    trust = TrustInMemory(**{fault: [der] for fault in faults})
    with pytest.raises(Refusal, match=words) as refused:
        judge(signing, trust, payload=payload)
    assert refused.value.code is code
    assert "fresh" not in trust.asked


def test_a_wrong_value_is_refused_while_revocation_data_are_stale(keys: Keys, signing: Signing) -> None:
    forged = Signing(key=keys.other_p256, certificate=signing.certificate)
    trust = TrustInMemory(stale=[der_of(signing.certificate)])
    with pytest.raises(Refusal, match="does not verify") as refused:
        judge(forged, trust)
    assert refused.value.code is SIGNATURE_INVALID


def test_a_foreign_certificate_is_told_before_anything_is_asked_of_it(signing: Signing) -> None:
    trust = TrustInMemory(revoked=[der_of(signing.certificate)])
    with pytest.raises(Refusal) as refused:
        judge(signing, trust, registered=[])
    assert refused.value.code is NOT_OF_SENDER
    assert trust.asked == []


def test_only_a_sound_signature_waits_for_revocation_data(signing: Signing) -> None:
    with pytest.raises(OutageError, match="no revocation data are fresh"):
        judge(signing, TrustInMemory(stale=[der_of(signing.certificate)]))


@pytest.mark.parametrize("fault", ["without_path", "revoked", "stale"])
@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_certificates_of_one_key_the_one_that_may_sign_counts(keys: Keys, fault: str, is_first: bool) -> None:
    unfit, fit = a_certificate(keys.p256, serial=1), a_certificate(keys.p256, serial=2)
    signing = Signing(key=keys.p256, certificate=fit, sid=key_identifier(fit))
    entries = [a_registration(unfit), a_registration(fit)]
    trust = TrustInMemory(**{fault: [der_of(unfit)]})
    signer = judge(signing, trust, registered=entries if is_first else entries[::-1])
    assert signer.entry is entries[1]


def test_when_no_certificate_of_the_key_has_fresh_data_the_submission_waits(keys: Keys) -> None:
    certificates = [a_certificate(keys.p256, serial=serial) for serial in (1, 2)]
    signing = Signing(key=keys.p256, certificate=certificates[0], sid=key_identifier(certificates[0]))
    trust = TrustInMemory(stale=[der_of(certificate) for certificate in certificates])
    with pytest.raises(OutageError):
        judge(signing, trust, registered=[a_registration(certificate) for certificate in certificates])
    assert trust.asked.count("fresh") == 2


def test_the_payload_of_a_revoked_signer_is_not_read(signing: Signing) -> None:
    class Unread(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            pytest.fail("the payload was read")

    entry = a_registration(signing.certificate)
    with pytest.raises(Refusal, match="was revoked"):
        check_signer(
            Unread(),
            signing.file(),
            sender=entry.sender,
            registered=[entry],
            at=NOON,
            trust=TrustInMemory(revoked=[entry.der]),
        )
