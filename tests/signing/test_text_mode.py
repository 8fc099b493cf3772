"""Signatures over a payload whose line ends the signer made CRLF: what OpenSSL does without `-binary`."""

import base64
import re
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import example, given
from hypothesis import strategies as st

from domain.refusals import Refusal, RefusalCode
from domain.trust import LineEnds
from signing.algorithms import DigestAlgorithm
from signing.canonical_text import CanonicalText
from signing.detached import TextMode
from signing.payloads import CHUNK, digest_payload_and_text
from tests.signing.builders import PAYLOAD, Keys, a_certificate, a_registration, find_signer, openssl, write_pem

LF_PAYLOAD = PAYLOAD.replace(b"\r\n", b"\n")


def sign_with_openssl(keys: Keys, directory: Path, payload: bytes, *options: str, command: str = "cms") -> bytes:
    key, certificate = write_pem(directory, keys.p256, a_certificate(keys.p256))
    (directory / "payload").write_bytes(payload)
    files = ("-in", directory / "payload", "-signer", certificate, "-inkey", key)
    return base64.encodebytes(openssl(command, "-sign", "-md", "sha256", *options, *files, "-outform", "DER"))


def canonical(payload: bytes) -> bytes:
    """The rule in one line, with the whole payload at hand."""
    return re.sub(rb"(?<!\r)\r*\n", b"\r\n", payload).rstrip(b"\r")


@pytest.mark.parametrize("command", ["cms", "smime"])
@pytest.mark.parametrize("options", [[], ["-noattr"]], ids=["attributes", "no_attributes"])
@pytest.mark.parametrize(
    ("payload", "binary", "expected"),
    [
        pytest.param(LF_PAYLOAD, [], LineEnds.CANONICAL_TEXT, id="lf_as_text"),
        pytest.param(LF_PAYLOAD, ["-binary"], LineEnds.AS_IS, id="lf_as_binary"),
        pytest.param(PAYLOAD, [], LineEnds.AS_IS, id="crlf_as_text"),
        pytest.param(PAYLOAD, ["-binary"], LineEnds.AS_IS, id="crlf_as_binary"),
    ],
)
def test_where_text_is_accepted_the_form_that_was_signed_is_told(
    keys: Keys,
    tmp_path: Path,
    command: str,
    options: Sequence[str],
    payload: bytes,
    binary: Sequence[str],
    expected: LineEnds,
) -> None:
    file = sign_with_openssl(keys, tmp_path, payload, *options, *binary, command=command)
    registered = [a_registration(a_certificate(keys.p256))]
    signer = find_signer(file, registered, payload=payload, text_mode=TextMode.ACCEPTED)
    assert signer.line_ends is expected
    if expected is LineEnds.CANONICAL_TEXT:
        with pytest.raises(Refusal) as refused:
            find_signer(file, registered, payload=payload)
        assert refused.value.code is RefusalCode.SIGNATURE_INVALID


@pytest.mark.parametrize("options", [[], ["-noattr"]], ids=["attributes", "no_attributes"])
def test_accepting_text_accepts_no_other_change(keys: Keys, tmp_path: Path, options: Sequence[str]) -> None:
    file = sign_with_openssl(keys, tmp_path, LF_PAYLOAD, *options)
    for payload in (b"!" + LF_PAYLOAD[1:], LF_PAYLOAD + b"\n", LF_PAYLOAD.replace(b"\n", b"")):
        with pytest.raises(Refusal) as refused:
            find_signer(
                file,
                [a_registration(a_certificate(keys.p256))],
                payload=payload,
                text_mode=TextMode.ACCEPTED,
            )
        assert refused.value.code is RefusalCode.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"a\rb\n\rc", id="cr_inside_a_line"),
        pytest.param(b"a\r\r\nb", id="two_cr_before_lf"),
        pytest.param(b"a\nb\r\r", id="cr_at_the_end"),
        pytest.param(b"x" * 1022 + b"\r\ny\n", id="crlf_across_openssls_buffer"),
        pytest.param(b"\r" * 3000 + b"\nx", id="a_long_run_of_cr"),
        pytest.param(b"\n\n\r\n\n", id="empty_lines"),
    ],
)
def test_the_canonical_text_is_that_of_openssl(keys: Keys, tmp_path: Path, payload: bytes) -> None:
    encoded = base64.decodebytes(sign_with_openssl(keys, tmp_path, payload))
    attributes = cms.ContentInfo.load(encoded)["content"]["signer_infos"][0]["signed_attrs"]
    signed = {attribute["type"].native: attribute["values"][0].native for attribute in attributes}["message_digest"]
    digests = digest_payload_and_text(BytesIO(payload), algorithm=DigestAlgorithm.SHA_256)
    assert digests[LineEnds.CANONICAL_TEXT] == signed
    assert digests[LineEnds.AS_IS] == sha256(payload).digest()


@given(st.lists(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n"])).map(b"".join)))
@example([b"\r" * 100_000, b"\n"])
@example([b"\r" * 100_000, b"\ra\r", b"\r\n"])
@example([b"\r" * 100_000 + b"a\r\r\n"])
def test_chunks_of_any_size_give_the_text_of_the_whole(chunks: list[bytes]) -> None:
    text = CanonicalText()
    converted = b"".join(piece for chunk in chunks for piece in text.convert(chunk))
    assert converted == canonical(b"".join(chunks))


def test_both_digests_are_taken_in_one_reading_in_chunks() -> None:
    class Watched(BytesIO):
        sizes: list[int]

        def read(self, size: int | None = -1, /) -> bytes:
            content = super().read(size)
            self.sizes.append(len(content))
            return content

    payload = Watched(b"x\n" * CHUNK)
    payload.sizes = []
    assert set(digest_payload_and_text(payload, algorithm=DigestAlgorithm.SHA_256)) == set(LineEnds)
    assert payload.sizes == [CHUNK, CHUNK, 0]


def test_a_text_that_is_the_payload_itself_is_no_second_form() -> None:
    assert set(digest_payload_and_text(BytesIO(PAYLOAD), algorithm=DigestAlgorithm.SHA_384)) == {LineEnds.AS_IS}
