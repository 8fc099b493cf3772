"""What the REST operations read of an item, and what they say of one that cannot be read."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.web.presence.rest_items import Unreadable, read_cancellation, read_correction, read_presence, read_search
from channels.web.problems import Problem
from domain.checkins.items import Address, Cancellation, Employer, PresenceEvent
from domain.checkins.vocabulary import CancellationReason, EventReason
from tests.web.check_in_door import INSS, an_event

REGISTER = "/api/v1/presenceRegistrations/registerInBulk"
CANCEL = "/api/v1/presenceRegistrations/cancel"
CORRECT = "/api/v1/presenceRegistrations/corrections"
SEARCH = "/api/v1/presenceRegistrations/search"
PERIODS = [{"startDate": "2026-11-01", "endDate": "2026-11-30"}]
JUSTIFIED = {"justification": "The battery was empty.", "evidence": [{"fileName": "log.pdf", "sha256": "0" * 64}]}

POINT = {"longitude": 4.3528, "latitude": 50.8466}
ADDRESS = {
    "postCode": "1000",
    "municipalityName": "Brussel",
    "streetName": "S",
    "houseNumber": "1",
    "boxNumber": None,
}


@pytest.mark.parametrize(
    ("deviation", "field"),
    [
        ({"registrationDate": None}, "registrationDate"),
        ({"registrationDate": "2026-11-26T10:59:31"}, "registrationDate"),
        ({"registrationDate": "yesterday"}, "registrationDate"),
        ({"registrationDate": "0001-01-01T00:00:00+14:00"}, "registrationDate"),
        ({"registrationDate": "20261126T105931Z"}, "registrationDate"),
        ({"registrationDate": "2026-W48-4T10:59:31Z"}, "registrationDate"),
        ({"registrationDate": "2026-11-26T10Z"}, "registrationDate"),
        ({"registrationDate": "2026-11-26T10:59:31+00:00:30"}, "registrationDate"),
        ({"registrationDate": "2026-11-26T10:59:31+14:01"}, "registrationDate"),
        ({"registrationDate": "2026-11-26T10:59:31-23:00"}, "registrationDate"),
        ({"type": "BREAK"}, "type"),
        ({"type": "in"}, "type"),
        ({"ssin": 85011512355}, "ssin"),
        ({"ssin": "8" * 25}, "ssin"),
        ({"employer": "0448181966"}, "employer"),
        ({"placeOfWork": {"coordinates": {"longitude": 181, "latitude": 0}}}, "placeOfWork.coordinates.longitude"),
        ({"placeOfWork": {"coordinates": {"longitude": "NaN", "latitude": 0}}}, "placeOfWork.coordinates.longitude"),
        ({"placeOfWork": {"address": {"postCode": "1000"}}}, "placeOfWork.address.streetName"),
        ({"placeOfWork": {"coordinates": POINT, "address": ADDRESS}}, "placeOfWork"),
        ({"placeOfWork": {"coordinates": None, "address": None}}, "placeOfWork"),
        ({"placeOfWork": {}}, "placeOfWork"),
        ({"contractualRelationshipReference": None}, "contractualRelationshipReference"),
        ({"capacity": "KING"}, "capacity"),
        ({"capture": {"method": "SMELL"}}, "capture.method"),
        ({"clientPresenceRegistrationReference": "R" * 25}, "clientPresenceRegistrationReference"),
        ({"clientPresenceRegistrationReference": ""}, "clientPresenceRegistrationReference"),
        ({"clientPresenceRegistrationReference": "R\n1"}, "clientPresenceRegistrationReference"),
        ({"type": None, "registrationDate": "2026-02-30"}, "registrationDate"),
        ({"type": None, "registrationDate": "2026-W48-4"}, "registrationDate"),
        ({"type": None, "registrationDate": "20261126"}, "registrationDate"),
    ],
)
def test_an_item_that_cannot_be_read_names_its_field_and_no_value(deviation: dict[str, object], field: str):
    read = read_presence(an_event(**deviation))

    assert isinstance(read, Unreadable)
    assert read.field == field


@pytest.mark.parametrize("reference", ["\x00", "\ud800", "R\t1", "R" * 25, "", 7])
def test_a_reference_that_no_register_keeps_is_not_told_back(reference: object):
    unread = [
        read(an_event(clientPresenceRegistrationReference=reference)) for read in (read_presence, read_cancellation)
    ]
    assert [(type(one), one.reference) for one in unread] == [(Unreadable, None)] * 2


def test_a_good_reference_is_told_back_with_an_item_that_cannot_be_read():
    read = read_presence(an_event(type="BREAK", clientPresenceRegistrationReference="R1"))
    assert read == Unreadable("type", "R1")


@pytest.mark.parametrize("given_item", [None, 7, "x", [], {}])
def test_what_is_no_item_at_all_cannot_be_read(given_item: object):
    assert isinstance(read_presence(given_item), Unreadable)
    assert isinstance(read_cancellation(given_item), Unreadable)
    assert isinstance(read_correction(given_item), Unreadable)


def test_fields_that_are_not_known_are_left_alone():
    assert isinstance(read_presence(an_event(comment="new in v2")), PresenceEvent)


def test_an_address_capture_and_break_are_read():
    item = read_presence(
        an_event(
            type="OUT",
            reason="BREAK",
            placeOfWork={"address": ADDRESS, "coordinates": None},
            capture={"method": "QR", "deviceId": "phone-7d1c"},
            capacity="TRAINEE",
            employer={"foreignVatNumber": "PL5260250274"},
        )
    )

    assert isinstance(item, PresenceEvent)
    assert item.place == Address("S", "1", "1000", "Brussel")
    assert (item.reason, item.capture.device_id, item.capacity) == (EventReason.BREAK, "phone-7d1c", "TRAINEE")
    assert item.employer == Employer(foreign_vat="PL5260250274")


def test_an_instant_keeps_its_offset():
    item = read_presence(an_event(registrationDate="2026-10-25T02:30:00+01:00"))

    assert item.at.utcoffset() == timedelta(hours=1)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from([*an_event(), "items", "id", "evidence", "missingEvent", "correctedDateTime", "justification"]), inner
), max_leaves=12))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_item_breaks_a_reader(given_item: object):
    for read in (read_presence, read_cancellation, read_correction):
        read(given_item)


@pytest.mark.parametrize(
    ("given_item", "read"),
    [
        ({"id": 7, "cancellationReason": "C32A"}, Cancellation(7, CancellationReason.C32A)),
        (
            {"clientPresenceRegistrationReference": "R1", "cancellationReason": "OTHER"},
            Cancellation(None, CancellationReason.OTHER, "R1"),
        ),
        ({"cancellationReason": "OTHER"}, Unreadable("id", None)),
        (
            {"id": 7, "clientPresenceRegistrationReference": "R1", "cancellationReason": "OTHER"},
            Unreadable("id", "R1"),
        ),
        ({"id": 7}, Unreadable("cancellationReason", None)),
        ({"id": 2**63, "cancellationReason": "OTHER"}, Unreadable("id", None)),
        ({"id": True, "cancellationReason": "OTHER"}, Unreadable("id", None)),
    ],
)
def test_a_cancellation_names_its_registration_once(given_item: object, read: object):
    assert read_cancellation(given_item) == read


@pytest.mark.parametrize(
    ("deviation", "field"),
    [
        ({"id": None}, "missingEvent"),
        ({"missingEvent": {"type": "OUT", "ssin": INSS, "contractualRelationshipReference": "1Y"}}, "missingEvent"),
        ({"justification": "short"}, "justification"),
        ({"justification": " " * 20}, "justification"),
        ({"id": True}, "id"),
        ({"evidence": None}, "evidence"),
        ({"evidence": [{"fileName": "x", "sha256": "A" * 64}]}, "evidence.0.sha256"),
        ({"evidence": [{"fileName": "x" * 201, "sha256": "0" * 64}]}, "evidence.0.fileName"),
        ({"correctedDateTime": "2026-11-26T08:00:00"}, "correctedDateTime"),
    ],
)
def test_a_correction_that_cannot_be_read_is_refused(deviation: dict[str, object], field: str):
    assert read_correction({"id": 1} | JUSTIFIED | deviation) == Unreadable(field, None)


@pytest.mark.parametrize(
    ("deviation", "field"),
    [
        ({"registrationPeriods": [{"startDate": 0, "endDate": "1970-01-03"}]}, "registrationPeriods.0.startDate"),
        ({"registrationPeriods": [{"startDate": "1970-01-01", "endDate": "86400"}]}, "registrationPeriods.0.endDate"),
        ({"creationStart": "20261101"}, "creationStart"),
        ({"creationEnd": 20261101}, "creationEnd"),
    ],
)
def test_a_search_takes_no_number_for_a_day_or_an_instant(deviation: dict[str, object], field: str):
    with pytest.raises(Problem) as refused:
        read_search(json.dumps({"registrationPeriods": PERIODS} | deviation).encode())

    assert refused.value.detail == f"{field} cannot be used"
