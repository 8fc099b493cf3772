"""What the real openssl program signs passes; what we sign, openssl verifies."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.certificates import RegisteredCertificate
from domain.refusals import Refusal, RefusalCode
from signing.answers import AnswerSealer
from signing.signer import PayloadSigner
from tests.signing.builders import (
    NOON,
    PAYLOAD,
    Keys,
    Signing,
    a_certificate,
    a_registration,
    check,
    openssl,
    write_pem,
)

LF_PAYLOAD = PAYLOAD.replace(b"\r\n", b"\n")
CRLF_WITH_BLANKS = b"<Dimona> \r\n\t\r\n</Dimona>\t"

Sign = Callable[..., bytes]


@pytest.fixture
def sign(keys: Keys, tmp_path: Path) -> Sign:
    """Sign with the openssl program: `sign("cms", "-binary", key="p256")` gives a signature file."""

    def run(
        command: str,
        *options: str,
        key: str = "rsa_2048",
        payload: bytes = PAYLOAD,
        form: str = "DER",
        key_options: Sequence[str] = (),
    ) -> bytes:
        private_key = getattr(keys, key)
        key_path, certificate_path = write_pem(tmp_path, private_key, a_certificate(private_key))
        payload_path = tmp_path / "payload"
        payload_path.write_bytes(payload)
        signer = ("-signer", certificate_path, "-inkey", key_path)
        output = openssl(command, "-sign", *options, "-in", payload_path, *signer, *key_options, "-outform", form)
        return base64.encodebytes(output) if form == "DER" else output

    return run


def registered_of(keys: Keys, name: str) -> RegisteredCertificate:
    return a_registration(a_certificate(getattr(keys, name)))


@pytest.mark.parametrize("key", ["rsa_2048", "p256", "p384"])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-binary"], id="plain"),
        pytest.param(["-binary", "-md", "sha256"], id="sha256"),
        pytest.param(["-binary", "-md", "sha384"], id="sha384"),
        pytest.param(["-binary", "-md", "sha512"], id="sha512"),
        pytest.param(["-binary", "-nocerts"], id="nocerts"),
        pytest.param(["-binary", "-noattr"], id="noattr"),
        pytest.param(["-binary", "-noattr", "-nocerts"], id="noattr_nocerts"),
        pytest.param(["-binary", "-keyid"], id="keyid"),
        pytest.param(["-binary", "-cades"], id="cades"),
        pytest.param(["-binary", "-nosmimecap"], id="nosmimecap"),
    ],
)
def test_cms_sign_passes(keys: Keys, sign: Sign, key: str, options: Sequence[str]) -> None:
    registered = registered_of(keys, key)
    assert check(sign("cms", *options, key=key), [registered]) is registered


@pytest.mark.parametrize(
    "salt", ["-1", "-2", "0", "20", "32"], ids=["digest_long", "longest", "none", "twenty", "thirty_two"]
)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_cms_sign_with_rsa_pss_passes(keys: Keys, sign: Sign, salt: str, digest: str) -> None:
    options = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", f"rsa_pss_saltlen:{salt}"]
    registered = registered_of(keys, "rsa_2048")
    assert check(sign("cms", "-binary", "-md", digest, key_options=options), [registered]) is registered


@pytest.mark.parametrize("payload", [PAYLOAD, CRLF_WITH_BLANKS], ids=["usual", "blanks_and_no_last_line_end"])
@pytest.mark.parametrize("command", ["smime", "cms"])
def test_text_mode_over_crlf_lines_passes(keys: Keys, sign: Sign, command: str, payload: bytes) -> None:
    registered = registered_of(keys, "rsa_2048")
    assert check(sign(command, payload=payload), [registered], payload=payload) is registered


def test_text_mode_over_lf_lines_is_refused_because_other_bytes_were_signed(keys: Keys, sign: Sign) -> None:
    with pytest.raises(Refusal, match="told to sign binary") as refused:
        check(sign("smime", payload=LF_PAYLOAD), [registered_of(keys, "rsa_2048")], payload=LF_PAYLOAD)
    assert refused.value.code is RefusalCode.SIGNATURE_INVALID


def test_binary_mode_over_lf_lines_passes(keys: Keys, sign: Sign) -> None:
    registered = registered_of(keys, "rsa_2048")
    file = sign("smime", "-binary", payload=LF_PAYLOAD)
    assert check(file, [registered], payload=LF_PAYLOAD) is registered


@pytest.mark.parametrize("command", ["smime", "cms"])
def test_the_armour_that_openssl_writes_is_taken_off(keys: Keys, sign: Sign, command: str) -> None:
    registered = registered_of(keys, "rsa_2048")
    file = sign(command, "-binary", form="PEM")
    assert file.startswith(b"-----BEGIN ")
    assert check(file, [registered]) is registered


def test_what_published_clients_make_passes(keys: Keys, sign: Sign) -> None:
    """`openssl smime -sign -outform PEM`, armour dropped, LF turned into CRLF."""
    lines = sign("smime", form="PEM").splitlines()[1:-1]
    registered = registered_of(keys, "rsa_2048")
    assert check(b"\r\n".join(lines) + b"\r\n", [registered]) is registered


def test_a_payload_embedded_with_nodetach_is_refused(keys: Keys, sign: Sign) -> None:
    with pytest.raises(Refusal, match="embeds a content"):
        check(sign("cms", "-binary", "-nodetach"), [registered_of(keys, "rsa_2048")])


@pytest.mark.parametrize("key", ["rsa_2048", "p256"])
@pytest.mark.parametrize("options", [[], ["-noattr", "-nocerts", "-keyid"]], ids=["usual", "bare"])
def test_the_indefinite_lengths_of_stream_pass_once_its_content_is_out(
    keys: Keys, sign: Sign, key: str, options: Sequence[str]
) -> None:
    """`-stream` writes BER, and embeds the payload whether or not that was asked for."""
    file = sign("cms", "-binary", "-stream", *options, key=key)
    with pytest.raises(Refusal, match="embeds a content"):
        check(file, [registered_of(keys, key)])
    content = b"\xa0\x80\x24\x80\x04" + bytes([len(PAYLOAD)]) + PAYLOAD + bytes(4)
    encoded = base64.decodebytes(file)
    assert encoded.count(content) == 1
    registered = registered_of(keys, key)
    assert check(base64.encodebytes(encoded.replace(content, b"")), [registered]) is registered


def test_a_digest_that_openssl_signs_with_sha_1_is_refused(keys: Keys, sign: Sign) -> None:
    with pytest.raises(Refusal, match="SHA-256, SHA-384 or SHA-512 expected"):
        check(sign("cms", "-binary", "-md", "sha1"), [registered_of(keys, "rsa_2048")])


def test_another_senders_signature_is_not_of_this_sender(keys: Keys, sign: Sign) -> None:
    with pytest.raises(Refusal) as refused:
        check(sign("cms", "-binary", key="p384"), [a_registration(a_certificate(keys.p256, serial=1))])
    assert refused.value.code is RefusalCode.CERTIFICATE_NOT_OF_SENDER


@pytest.fixture
def authority(keys: Keys, tmp_path: Path) -> Path:
    """The only thing that one who verifies an answer must have: the authority's certificate."""
    certificate = a_certificate(keys.other_p256, serial=1, is_authority=True, usages=["key_cert_sign", "crl_sign"])
    return write_pem(tmp_path, keys.other_p256, certificate, stem="authority")[1]


def verify_with_openssl(
    directory: Path, content: bytes, signature_file: bytes, authority: Path, *options: str
) -> bytes:
    """Do what a receiver does: `openssl base64 -d`, then `openssl cms -verify`; return the verified content."""
    (directory / "FO").write_bytes(content)
    (directory / "FS").write_bytes(signature_file)
    (directory / "FS.der").write_bytes(openssl("base64", "-d", "-in", directory / "FS"))
    files = ("-in", directory / "FS.der", "-content", directory / "FO", "-CAfile", authority)
    return openssl("cms", "-verify", "-binary", "-inform", "DER", *files, *options)


@pytest.mark.parametrize("content", [PAYLOAD, LF_PAYLOAD, b"\x00\r\n\xff\n"], ids=["crlf", "lf", "binary"])
def test_an_answer_is_verified_by_openssl_alone(keys: Keys, authority: Path, tmp_path: Path, content: bytes) -> None:
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256, issuer_key=keys.other_p256))
    assert verify_with_openssl(tmp_path, content, sealer.seal(content, at=NOON), authority) == content


def test_an_answer_passes_openssls_check_of_the_signing_certificate_attribute(
    keys: Keys, authority: Path, tmp_path: Path
) -> None:
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256, issuer_key=keys.other_p256))
    assert verify_with_openssl(tmp_path, PAYLOAD, sealer.seal(PAYLOAD, at=NOON), authority, "-cades") == PAYLOAD


def test_an_answer_with_a_byte_changed_fails_at_openssl(keys: Keys, authority: Path, tmp_path: Path) -> None:
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256, issuer_key=keys.other_p256))
    with pytest.raises(AssertionError, match="verification failure"):
        verify_with_openssl(tmp_path, PAYLOAD + b"!", sealer.seal(PAYLOAD, at=NOON), authority)


def test_an_answer_states_its_signing_time(keys: Keys, tmp_path: Path) -> None:
    sealer = AnswerSealer(keys.p256, a_certificate(keys.p256))
    for at, shown in [
        (NOON.replace(microsecond=999_999), "UTCTIME:Apr 15 12:00:00 2026 GMT"),
        (datetime(2050, 1, 1, tzinfo=UTC), "GENERALIZEDTIME:Jan  1 00:00:00 2050 GMT"),
    ]:
        (tmp_path / "FS.der").write_bytes(base64.decodebytes(sealer.seal(PAYLOAD, at=at)))
        printed = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", tmp_path / "FS.der")
        assert shown in printed.decode()


@pytest.mark.parametrize("key", ["rsa_2048", "p256", "p384"])
def test_a_payload_signed_by_us_is_verified_by_openssl(keys: Keys, authority: Path, tmp_path: Path, key: str) -> None:
    private_key = getattr(keys, key)
    signer = PayloadSigner(private_key, a_certificate(private_key, issuer_key=keys.other_p256))
    assert verify_with_openssl(tmp_path, PAYLOAD, signer.sign(PAYLOAD), authority) == PAYLOAD


def test_openssl_too_takes_attributes_in_an_order_that_is_not_canonical(
    keys: Keys, authority: Path, tmp_path: Path
) -> None:
    certificate = a_certificate(keys.p256, issuer_key=keys.other_p256)
    file = Signing(key=keys.p256, certificate=certificate, reverse_attributes=True).file()
    assert verify_with_openssl(tmp_path, PAYLOAD, file, authority) == PAYLOAD
    registered = a_registration(certificate)
    assert check(file, [registered]) is registered


@pytest.mark.parametrize("key", ["rsa_2048", "p256"])
def test_a_bare_signature_by_openssl_dgst_passes_inside_a_cms(keys: Keys, tmp_path: Path, key: str) -> None:
    class SigningWithDgst(Signing):
        def sign(self, data: bytes) -> bytes:
            (tmp_path / "data").write_bytes(data)
            return openssl("dgst", "-sha256", "-sign", key_path, tmp_path / "data")

    private_key = getattr(keys, key)
    certificate = a_certificate(private_key)
    key_path, _ = write_pem(tmp_path, private_key, certificate)
    registered = a_registration(certificate)
    signing = SigningWithDgst(key=private_key, certificate=certificate, attributes=None)
    assert check(signing.file(), [registered]) is registered
