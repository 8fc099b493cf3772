"""Keys, certificates, payloads and answers, valid by default."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signing.answers import AnswerSealer

PAYLOAD = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<Dimona/>\r\n'
GO_NAME = "GO.DIMN.123456.20260415.00001.R.1"


@dataclass(frozen=True)
class Identity:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def write(self, folder: Path, *, name: str = "sender", passphrase: str | None = None) -> tuple[Path, Path]:
        encryption = (
            serialization.NoEncryption()
            if passphrase is None
            else serialization.BestAvailableEncryption(passphrase.encode())
        )
        key, certificate = folder / f"{name}.key.pem", folder / f"{name}.cert.pem"
        key.write_bytes(
            self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        )
        certificate.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return key, certificate


def an_identity(
    *, common_name: str = "Sender 123456", start: timedelta = timedelta(days=-1), end: timedelta = timedelta(days=30)
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + start)
        .not_valid_after(now + end)
        .sign(key, hashes.SHA256())
    )
    return Identity(key, certificate)


def an_acknowledgement(*, result: int = 1, codes: tuple[str, ...] = (), name: str = GO_NAME) -> bytes:
    errors = "".join(f"<ErrorID>{code}</ErrorID>" for code in codes)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ACRF><Form><Identification>ACRF001</Identification>'
        "<FormCreationDate>2026-04-15</FormCreationDate><FormCreationHour>12:05:55.075</FormCreationHour>"
        "<AttestationStatus>0</AttestationStatus><TypeForm>FA</TypeForm><FileReference>"
        f"<FileName>{name}</FileName><ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>03804UE9XCMQZ</ReferenceNbr>"
        f"</FileReference><ReceptionResult><ResultCode>{result}</ResultCode>{errors}</ReceptionResult></Form></ACRF>"
    ).encode()


def an_anomaly(*, code: str = "90017-369", severity: str = "NP", exceeding: str = "", line: int | None = None) -> str:
    where = "" if line is None else f"<AnomalyLocation><LineNbr>{line}</LineNbr></AnomalyLocation>"
    return (
        f"<AnomalyReport><ErrorID>{code}</ErrorID><AnomalyClass>{severity}</AnomalyClass>"
        f"<AnomalyLabel>above the contingent</AnomalyLabel>{where}{exceeding}</AnomalyReport>"
    )


def a_form(*, reference: str = "STU-1", ticket: str = "340000JEDT00Z", result: int = 1, anomalies: str = "") -> str:
    return (
        "<Form><Identification>NOTI001</Identification><FileReference>"
        f"<FileName>{GO_NAME}</FileName><ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>03804UE9XCMQZ</ReferenceNbr>"
        "</FileReference><Reference><ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin>"
        f"<ReferenceNbr>{reference}</ReferenceNbr></Reference><HandledReference><ReferenceType>1</ReferenceType>"
        f"<ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>{ticket}</ReferenceNbr></HandledReference>"
        f"<HandlingResult><ResultCode>{result}</ResultCode>{anomalies}</HandlingResult></Form>"
    )


def a_notification(*forms: str, before: str = "") -> bytes:
    body = "\n".join(forms or (a_form(),))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<NOTIFICATION>{body}</NOTIFICATION>'.encode()


EXCEEDING_30_HOURS = (
    "<AnomalyComplInformation><QuotaFeatures><QuotaType>STUDENT</QuotaType>"
    "<ExceedingHoursNbr>30</ExceedingHoursNbr></QuotaFeatures></AnomalyComplInformation>"
)


def a_seal(platform: Identity, content: bytes) -> bytes:
    return AnswerSealer(platform.key, platform.certificate).seal(content, at=datetime.now(UTC))
