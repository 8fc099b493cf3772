"""Web eID tokens: read whole and strictly, or refused."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.tokens import MAX_TOKEN_BYTES, read_token

TOKEN = {
    "unverifiedCertificate": base64.b64encode(b"a certificate").decode(),
    "algorithm": "ES384",
    "signature": base64.b64encode(b"a signature").decode(),
    "format": "web-eid:1.0",
    "appVersion": "https://web-eid.eu/web-eid-app/releases/2.5.0+0",
}


def rendered(**changed: object) -> bytes:
    return json.dumps({name: value for name, value in {**TOKEN, **changed}.items() if value is not None}).encode()


def test_a_token_is_read():
    token = read_token(rendered())

    assert (token.certificate, token.algorithm, token.signature) == (b"a certificate", "ES384", b"a signature")


@pytest.mark.parametrize("version", ["web-eid:1", "web-eid:1.0", "web-eid:1.1", "web-eid:1.23"])
def test_every_minor_version_of_the_format_is_read(version):
    assert read_token(rendered(format=version, unverifiedSigningCertificates=[])).algorithm == "ES384"


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "web-eid:2.0"},
        {"format": "web-eid:10"},
        {"format": "web-eid:1.0 "},
        {"format": None},
        {"algorithm": None},
        {"algorithm": "none"},
        {"algorithm": ["ES384"]},
        {"unverifiedCertificate": None},
        {"unverifiedCertificate": ""},
        {"unverifiedCertificate": "not base64"},
        {"unverifiedCertificate": "QUJD\nREVG"},
        {"unverifiedCertificate": base64.b64encode(bytes(8 * 1024 + 1)).decode()},
        {"signature": None},
        {"signature": 7},
        {"signature": base64.b64encode(bytes(1025)).decode()},
    ],
    ids=str,
)
def test_a_token_with_one_wrong_field_is_refused(changed):
    with pytest.raises(EidRefusedError) as refused:
        read_token(rendered(**changed))
    assert refused.value.code is EidCode.TOKEN_MALFORMED


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"\xff{}", b"[" * 20_000, rendered() + b" " * MAX_TOKEN_BYTES], ids=len
)
def test_what_is_no_object_of_a_bearable_size_is_refused(raw):
    with pytest.raises(EidRefusedError):
        read_token(raw)


def test_a_token_shows_neither_certificate_nor_signature():
    assert "certificate" not in repr(read_token(rendered())).replace("certificate_sha256", "")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    with contextlib.suppress(EidRefusedError):
        read_token(raw)
