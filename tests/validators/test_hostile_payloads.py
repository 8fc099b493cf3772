"""Payloads that want something fetched, expanded or kept: they get nothing, and memory stays flat."""

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.validators.payloads import (
    NAMED,
    RECEIVED_AT,
    XSI,
    a_form,
    a_header,
    a_payload,
    dimona_schema,
    judged,
    refusal_of,
)
from validators.dimona import judge_forms

BOMB = "<!DOCTYPE Dimona [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(20)
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def require_untouched(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


def address_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/x"


def test_a_billion_laughs_are_not_told() -> None:
    assert refusal_of(a_payload(a_form("&u;"), before=f"{BOMB}]>")) == "ACRF-102"


def test_a_quadratic_blow_up_is_not_expanded() -> None:
    entity = f"<!DOCTYPE Dimona [<!ENTITY a '{'x' * 50_000}'>]>"
    assert refusal_of(a_payload(a_form("&a;" * 50_000), before=entity)) == "ACRF-102"


def test_an_external_entity_of_a_file_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    os.mkfifo(secret)  # who opened it would wait for ever
    before = f"<!DOCTYPE Dimona [<!ENTITY a SYSTEM 'file://{secret}'>]>"
    assert refusal_of(a_payload(a_form("&a;"), before=before)) == "ACRF-102"


def test_an_external_entity_of_a_network_address_is_not_fetched(listener: socket.socket) -> None:
    before = f"<!DOCTYPE Dimona [<!ENTITY a SYSTEM '{address_of(listener)}'>]>"
    assert refusal_of(a_payload(a_form("&a;"), before=before)) == "ACRF-102"
    require_untouched(listener)


def test_a_parameter_entity_is_not_fetched(listener: socket.socket) -> None:
    before = f"<!DOCTYPE Dimona [<!ENTITY % a SYSTEM '{address_of(listener)}'> %a;]>"
    assert refusal_of(a_payload(before=before)) == "ACRF-102"
    require_untouched(listener)


def test_an_external_document_type_is_not_fetched(listener: socket.socket) -> None:
    assert refusal_of(a_payload(before=f"<!DOCTYPE Dimona SYSTEM '{address_of(listener)}'>")) == "ACRF-102"
    require_untouched(listener)


def test_an_inclusion_is_an_unknown_element_and_nothing_is_included(listener: socket.socket, tmp_path: Path) -> None:
    fifo = tmp_path / "included"
    os.mkfifo(fifo)
    for href in (address_of(listener), f"file://{fifo}"):
        inclusion = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' parse='text' href='{href}'/>"
        form = a_form(inclusion)
        assert refusal_of(a_payload(form)) == "accepted"
        assert [finding.code for finding in judged(form)[0].findings] == ["90059-092"]
    require_untouched(listener)


def test_a_schema_location_inside_a_form_is_not_followed(listener: socket.socket, tmp_path: Path) -> None:
    fifo = tmp_path / "other.xsd"
    os.mkfifo(fifo)
    for place in (address_of(listener), f"file://{fifo}"):
        located = f'<Form {XSI} xsi:noNamespaceSchemaLocation="{place}" xsi:schemaLocation="urn:x {place}">'
        form = a_form().replace("<Form>", located)
        assert refusal_of(a_payload(form)) == "accepted"
        assert len(judged(form)) == 1
    require_untouched(listener)


def test_a_schema_at_an_address_is_not_fetched(listener: socket.socket) -> None:
    attributes = NAMED.replace("Dimona_20231.xsd", address_of(listener))
    assert refusal_of(a_payload(attributes=attributes)) == "ACRF-137"
    require_untouched(listener)


def test_a_style_sheet_is_not_fetched(listener: socket.socket) -> None:
    before = f'<?xml-stylesheet type="text/xsl" href="{address_of(listener)}"?>'
    assert refusal_of(a_payload(before=before)) == "accepted"
    require_untouched(listener)


def test_a_long_run_of_open_comments_costs_no_more_than_its_length() -> None:
    assert refusal_of(b"<!--" * 16_000) == "ACRF-102"


MEASURE = """
import io, resource, sys
from datetime import UTC, datetime
sys.path.insert(0, {root!r})
from tests.validators.payloads import LIBRARY, RECEIVED_AT, TODAY, NAMED, a_form
from validators.dimona import judge_forms
from validators.frames import check_frame

FORM = {form!r}.encode()

class Generated(io.RawIOBase):
    def __init__(self, forms):
        self.waiting = [b"</Dimona>"] + [FORM] * forms + [b"<Dimona " + NAMED.encode() + b">"]
        self.rest = b""
    def read(self, size=-1):
        while len(self.rest) < size and self.waiting:
            self.rest += self.waiting.pop()
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def run(forms):
    frame = check_frame(Generated(forms), message="DIMN", schemas=LIBRARY, on=TODAY)
    judged = sum(1 for _ in judge_forms(Generated(forms), schema=frame.schema, received_at=RECEIVED_AT))
    assert frame.forms == judged == forms

run(500)
before = peak()
run({megabytes} * 1_000_000 // len(FORM))
print(peak() - before)
"""


@pytest.mark.parametrize("form", [a_form(), a_form(header=a_header(date="")) + " " * 500], ids=["sound", "unsound"])
def test_twenty_megabytes_need_no_more_memory_than_a_few_forms(form: str) -> None:
    root = str(Path(__file__).parents[2])
    program = MEASURE.format(root=root, form=form, megabytes=20)
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=root)
    assert int(result.stdout) < 8 * 1024  # KiB


def test_a_payload_that_breaks_in_the_middle_is_refused_by_the_second_pass_too() -> None:
    forms = judge_forms(io.BytesIO(a_payload()[:-20]), schema=dimona_schema(), received_at=RECEIVED_AT)
    with pytest.raises(Exception, match="ACRF-102"):
        list(forms)
