import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Refusal, RefusalCode
from signing.signature_files import read_signature_file, render_signature_file

CONTENT = bytes(range(256))
TEXT = base64.b64encode(CONTENT)


def in_columns(text: bytes, width: int, line_break: bytes) -> bytes:
    return b"".join(text[start : start + width] + line_break for start in range(0, len(text), width))


@pytest.mark.parametrize("line_break", [b"\r", b"\n", b"\r\n", b"\n\n"], ids=["cr", "lf", "crlf", "blank_lines"])
@pytest.mark.parametrize("width", [1, 64, 75, 76, 1000])
def test_lines_of_any_width_and_any_line_end_are_read(width: int, line_break: bytes) -> None:
    assert read_signature_file(in_columns(TEXT, width, line_break)) == CONTENT


def test_a_single_line_without_line_break_is_read() -> None:
    assert read_signature_file(TEXT) == CONTENT


def test_line_breaks_left_where_the_armour_was_are_no_fault() -> None:
    assert read_signature_file(b"\r\n" + TEXT + b"\r\n\r\n") == CONTENT


@pytest.mark.parametrize("label", [b"PKCS7", b"CMS"])
@pytest.mark.parametrize("line_break", [b"\r", b"\n", b"\r\n"])
def test_armour_is_taken_off(label: bytes, line_break: bytes) -> None:
    body = in_columns(TEXT, 64, line_break)
    armoured = b"-----BEGIN " + label + b"-----" + line_break + body + b"-----END " + label + b"-----" + line_break
    assert read_signature_file(armoured) == CONTENT


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "empty", id="no_byte"),
        pytest.param(b"\r\n\r\n", "empty", id="line_breaks_only"),
        pytest.param(b"-----BEGIN CMS-----\n-----END CMS-----", "empty", id="armour_only"),
        pytest.param(TEXT[:64] + b" \n" + TEXT[64:], "0x20", id="blank_at_the_end_of_a_line"),
        pytest.param(b"\t" + TEXT, "0x09", id="tab"),
        pytest.param(TEXT + b"\x00", "0x00", id="zero_byte"),
        pytest.param(b"\xef\xbb\xbf" + TEXT, "0xef", id="byte_order_mark"),
        pytest.param(TEXT.replace(b"+", b"-"), "0x2d", id="alphabet_for_addresses"),
        pytest.param(CONTENT, "0x00", id="not_encoded_at_all"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\n" + TEXT + b"\n-----END CERTIFICATE-----", "0x2d", id="other_label"
        ),
        pytest.param(b"-----BEGIN CMS-----\n" + TEXT, "0x2d", id="armour_not_closed"),
        pytest.param(b"-----BEGIN CMS-----\n" + TEXT + b"\n-----END PKCS7-----", "0x2d", id="armour_closed_otherwise"),
        pytest.param(b"-----BEGIN CMS-----", "0x2d", id="armour_that_is_its_own_end"),
        pytest.param(TEXT[:-3], "not whole", id="cut"),
        pytest.param(TEXT.rstrip(b"="), "not whole", id="padding_missing"),
        pytest.param(b"QQ==" + TEXT, "not whole", id="text_after_padding"),
        pytest.param(b"====", "not whole", id="padding_only"),
    ],
)
def test_anything_else_is_an_invalid_signature(raw: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        read_signature_file(raw)
    assert refused.value.code is RefusalCode.SIGNATURE_INVALID


def test_the_limit_itself_is_read() -> None:
    assert read_signature_file(TEXT, limit=len(TEXT)) == CONTENT


def test_one_byte_above_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(Refusal, match=f"{len(TEXT)} bytes, at most {len(TEXT) - 1}"):
        read_signature_file(TEXT, limit=len(TEXT) - 1)


def test_our_own_files_have_64_columns_and_end_lines_with_lf() -> None:
    lines = render_signature_file(CONTENT).split(b"\n")
    assert [len(line) for line in lines] == [64, 64, 64, 64, 64, 24, 0]


@given(st.binary(min_size=1, max_size=300))
def test_what_we_render_is_read_back(content: bytes) -> None:
    assert read_signature_file(render_signature_file(content)) == content


@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        content = read_signature_file(raw)
    except Refusal as refusal:
        assert refusal.code is RefusalCode.SIGNATURE_INVALID  # noqa: PT017 - most draws are refused, some are not
    else:
        assert len(content) <= len(raw)


@given(st.text(alphabet="AQgw+/9=-\r\n BEGINCMSKPD7", max_size=80).map(str.encode))
def test_almost_base64_is_read_or_refused(raw: bytes) -> None:
    try:
        content = read_signature_file(raw)
    except Refusal as refusal:
        assert refusal.code is RefusalCode.SIGNATURE_INVALID  # noqa: PT017 - likewise
    else:
        assert len(content) < len(raw)
