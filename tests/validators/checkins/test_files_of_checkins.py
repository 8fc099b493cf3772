"""Files of check-ins: what refuses a file, what refuses one item of it, where that stands, and what is read."""

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.checkins.items import Address, Capture, Coordinates, CorrectionRequest, DayPresence, PresenceEvent
from domain.checkins.limits import TimeLimits
from domain.checkins.vocabulary import CaptureMethod, EventReason
from domain.findings import Finding
from domain.refusals import Refusal
from tests.checkin_files import (
    a_batch,
    a_cancelling_item,
    a_correcting_item,
    a_day_item,
    a_worker,
    an_event_item,
)
from tests.checkin_items import COMPANY, RECEIVED
from tests.validators.payloads import LIBRARY
from validators.checkins.files import JudgedItem, judge_items
from validators.frames import ReadingLimits, check_frame
from validators.reading import Layout

DAY = date(2026, 11, 23)
SCHEMA = LIBRARY.find_namespace("urn:guichet:presence:1", message="CIAO", on=DAY)
EXAMPLE = (Path(__file__).parent / "example_of_the_specification.xml").read_bytes()


XSI = "http://www.w3.org/2001/XMLSchema-instance"


def refusal_of(payload: bytes, *, limits: ReadingLimits | None = None) -> str:
    try:
        check_frame(io.BytesIO(payload), message="CIAO", schemas=LIBRARY, on=DAY, limits=limits or ReadingLimits())
    except Refusal as refusal:
        return refusal.code.removeprefix("ACRF-")
    return ""


def judged(payload: bytes, *, received_at: datetime = RECEIVED) -> list[JudgedItem]:
    check_frame(io.BytesIO(payload), message="CIAO", schemas=LIBRARY, on=DAY)
    return list(judge_items(io.BytesIO(payload), schema=SCHEMA, received_at=received_at, rules=TimeLimits()))


def codes_of(item: str, *, received_at: datetime = RECEIVED) -> str:
    (one,) = judged(a_batch(item), received_at=received_at)
    return " ".join(finding.code for finding in one.findings)


def test_the_example_of_the_specification_is_valid() -> None:
    SCHEMA.compiled().assertValid(etree.fromstring(EXAMPLE))


def test_of_the_example_one_item_alone_is_refused() -> None:
    assert {one.seq: [finding.code for finding in one.findings] for one in judged(EXAMPLE) if one.findings} == {
        7: ["5"]
    }


def test_the_first_item_carries_the_header_of_its_file() -> None:
    first, *others = judged(EXAMPLE)

    assert (first.header.reference, first.header.sender_number) == ("CLEANCO-20261123-0007", COMPANY)
    assert {one.header for one in others} == {None}


LONG = ReadingLimits(form_bytes=10_000_000)
MANY = tuple(a_cancelling_item(seq, reference="R") for seq in range(1, 10_002))
BOMB = b'<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
FILES = {
    "10,000 items": (a_batch(*MANY[:10_000]), ""),
    "10,001 items": (a_batch(*MANY), "275"),
    "another root": (a_batch(a_day_item(), root="Presences"), "089"),
    "another namespace": (a_batch(a_day_item(), namespace="urn:guichet:presence:2"), "139"),
    "no namespace": (a_batch(a_day_item()).replace(b' xmlns="urn:guichet:presence:1"', b""), "139"),
    "a message of another purpose": (b"<Dimona/>", "139"),
    "an empty file": (b"", "134"),
    "no item": (a_batch(), "157"),
    "neither item nor header": (a_batch(header=""), "157"),
    "no header": (a_batch(a_day_item(), header=""), "312"),
    "two headers": (a_batch("<Header/>", a_day_item(), count=1), "205"),
    "a header after the items": (a_batch(a_day_item(), "<Header/>", header=""), "312"),
    "a header between the items": (a_batch(a_day_item(1), "<Header/>", a_day_item(2), count=2), "205"),
    "an unknown block": (a_batch(a_day_item(), "<UpdatePresence/>", count=1), "205"),
    "an item of no namespace": (
        a_batch(a_day_item().replace("<RegisterPresence", '<RegisterPresence xmlns=""')),
        "205",
    ),
    "a header without its count": (
        a_batch(a_day_item(), header="<Header><BatchReference>R</BatchReference></Header>"),
        "312",
    ),
    "a count that is no number": (a_batch(a_day_item(), count="one"), "312"),
    "a header with an element of a prefix of its own": (
        a_batch(a_day_item(), header='<Header><a:Foo xmlns:a="urn:x"/></Header>'),
        "312",
    ),
    "a header with an attribute": (
        a_batch(a_day_item(), header='<Header><BatchReference lang="x">R</BatchReference></Header>'),
        "312",
    ),
    "an item with an element of a prefix of its own, which is answered alone": (
        a_batch('<RegisterEvent seq="1"><a:b xmlns:a="urn:x"/></RegisterEvent>'),
        "",
    ),
    "a count of zero": (a_batch(a_day_item(), count=0), "312"),
    "a count of a thousand digits": (a_batch(a_day_item(), count="1" * 1000), "312"),
    "a count that is too high": (a_batch(a_day_item(), count=2), "255"),
    "a count that is too low": (a_batch(a_day_item(1), a_day_item(2), count=1), "255"),
    "a reference of 25 characters": (a_batch(a_day_item(), reference="R" * 25), "312"),
    "a reference with a line end": (a_batch(a_day_item(), reference="R\nR"), "312"),
    "a sender of nine digits": (a_batch(a_day_item(), sender=COMPANY[1:]), "312"),
    "a creation without an offset": (a_batch(a_day_item(), created="2026-11-23T06:04:10"), "312"),
    "a seq twice": (a_batch(a_day_item(1), an_event_item(1)), "312"),
    "a seq twice, written in two ways": (a_batch(a_day_item(1), an_event_item("+01")), "312"),
    "no seq": (a_batch(a_day_item().replace(' seq="1"', "")), "312"),
    "a seq of zero": (a_batch(a_day_item(0)), "312"),
    "a seq that is no number": (a_batch(a_day_item("one")), "312"),
    "a seq of a thousand digits": (a_batch(a_day_item("1" * 1000)), "312"),
    "text between the items": (a_batch(a_day_item(), "text", count=1), "312"),
    "a comment between the items": (a_batch(a_day_item(), "<!-- nothing -->", count=1), ""),
    "an attribute on the root": (
        a_batch(a_day_item()).replace(b"<PresenceBatch ", b'<PresenceBatch version="1" '),
        "274",
    ),
    "XML cut short": (a_batch(a_day_item())[:-20], "102"),
    "an entity of another file": (
        a_batch(a_day_item()).replace(b"<Pres", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Pres', 1),
        "102",
    ),
    "a thousand laughs": (a_batch(a_day_item(reference="&b;")).replace(b"<Pres", BOMB + b"<Pres", 1), "102"),
    "an entity that nobody declared": (a_batch(a_day_item(reference="&b;")), "102"),
    "UTF-16": (a_batch(a_day_item()).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "138"),
    "Latin 1": (a_batch(a_day_item()).replace(b"UTF-8", b"ISO-8859-1"), "138"),
    "bytes that are not UTF-8": (a_batch(a_day_item(reference="caf")).replace(b"caf", b"caf\xe9"), "102"),
    "a mark of the byte order": (b"\xef\xbb\xbf" + a_batch(a_day_item()), ""),
    "items too deep": (a_batch(f'<RegisterEvent seq="1">{"<a>" * 20}{"</a>" * 20}</RegisterEvent>'), "312"),
    "an item that its structure refuses, which is answered alone": (
        a_batch('<RegisterEvent seq="1"><a/></RegisterEvent>'),
        "",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_refused_for_its_frame_alone(case: str) -> None:
    payload, code = FILES[case]
    assert refusal_of(payload, limits=LONG) == code


ITEMS = {
    "a sound day presence": (a_day_item(), ""),
    "a sound event": (an_event_item(), ""),
    "a sound cancellation": (a_cancelling_item(number=100000000053102), ""),
    "a sound correction": (a_correcting_item(), ""),
    "a justification with blanks of all kinds": (a_correcting_item(why="\u00a0\n The\u3000battery.\n \u00a0"), ""),
    "a national number of ten digits": (a_day_item(who=a_worker("8501151235")), "5"),
    "a national number in other digits": (a_day_item(who=a_worker("٨٥٠١١٥١٢٣٥٥")), "5"),
    "an element in a national number": (a_day_item(who=a_worker("<a/>")), "5"),
    "an empty national number": (a_day_item(who=a_worker("")), "5"),
    "a national number with wrong check digits": (a_day_item(who=a_worker("85011512300")), "5"),
    "no employer": (a_day_item(who=a_worker(company=None)), "SOA-03006"),
    "an employer of nine digits": (a_day_item(who=a_worker(company="877665502")), "2"),
    "an employer with wrong check digits": (a_day_item(who=a_worker(company="0877665503")), "2"),
    "a foreign VAT number in small letters": (a_day_item(who=a_worker(vat="pl5260250274")), "2"),
    "a Limosa number with a dot": (a_day_item(who=a_worker(limosa="2491.0158")), "P208"),
    "a Limosa number beside an employer": (a_day_item(who=a_worker(limosa="24910158") + "<Employer/>"), "SOA-03006"),
    "a work place with the letter O": (a_day_item(site="1Y1OO3TESTA1Z"), "4"),
    "a work place of 12 characters": (a_day_item(site="1Y1003TESTA1"), "4"),
    "a date that is none": (a_day_item(day="2026-02-30"), "6"),
    "a date in other words": (a_day_item(day="24/11/2026"), "6"),
    "a date with a zone": (a_day_item(day="2026-11-23+01:00"), ""),
    "a date of Greenwich": (a_day_item(day="2026-11-23Z"), ""),
    "a date with half a zone": (a_day_item(day="2026-11-23+01"), "6"),
    "yesterday, a day later somewhere": (a_day_item(day="2026-11-22-14:00"), "6"),
    "yesterday": (a_day_item(day="2026-11-22"), "6"),
    "an instant without an offset": (an_event_item(at="2026-11-23T06:03:31"), "SOA-03006"),
    "an instant at 24:00": (an_event_item(at="2026-11-23T24:00:00+01:00"), "SOA-03006"),
    "an instant of the year 0": (an_event_item(at="0000-11-23T06:03:31+01:00"), "SOA-03006"),
    "an instant of the year 1": (an_event_item(at="0001-01-01T00:00:00+14:00"), "P203"),
    "an instant of the year 12026": (an_event_item(at="12026-11-23T06:03:31+01:00"), "SOA-03006"),
    "an offset of 15 hours": (an_event_item(at="2026-11-23T06:03:31+15:00"), "SOA-03006"),
    "an instant that is none": (an_event_item(at="2026-11-31T06:03:31+01:00"), "SOA-03006"),
    "an instant in the future": (an_event_item(at="2026-11-23T06:06:13+01:00"), "P201"),
    "an old instant": (an_event_item(at="2026-11-22T06:04:11+01:00"), "P203"),
    "a break as a type": (an_event_item(way="BREAK"), "SOA-03006"),
    "an unknown reason": (an_event_item(reason="LUNCH"), "SOA-03006"),
    "a latitude beyond the pole": (
        an_event_item(
            place="<PlaceOfWork><Coordinates><Latitude>90.1</Latitude><Longitude>4</Longitude></Coordinates></PlaceOfWork>"
        ),
        "SOA-03006",
    ),
    "a capture by nothing known": (an_event_item(capture='<Capture method="FACE"/>'), "SOA-03006"),
    "a client reference of 25 characters": (a_day_item(reference="R" * 25), "SOA-03006"),
    "an unknown attribute": (a_day_item().replace('seq="1"', 'seq="1" id="2"'), "SOA-03006"),
    "elements in another order": (
        '<CancelPresence seq="1"><CancellationReason>OTHER</CancellationReason></CancelPresence>',
        "SOA-03006",
    ),
    "an id of zero": (a_cancelling_item(number=0), "7"),
    "an id of 16 digits": (a_cancelling_item(number=10**15), "7"),
    "a reason from a third party": (a_cancelling_item(reference="R", reason="SICKNESS"), "11"),
    "several faulty fields": (a_cancelling_item(number=0, reason="SICKNESS"), "7 11"),
    "a justification of blanks": (a_correcting_item(why=" " * 20), "SOA-03006"),
    "a justification of no-break spaces": (a_correcting_item(why="\u00a0" * 20), "SOA-03006"),
    "a justification of ideographic spaces": (a_correcting_item(why="\u3000" * 20), "SOA-03006"),
    "a justification of next-line characters": (a_correcting_item(why="\u0085" * 20), "SOA-03006"),
    "a justification of nine characters": (a_correcting_item(why="too short"), "SOA-03006"),
    "evidence with a digest in capitals": (a_correcting_item(evidence=("9F" * 32,)), "P302"),
    "no evidence": (a_correcting_item(evidence=()), "P302"),
    "six documents": (a_correcting_item(evidence=("9f" * 32,) * 6), "SOA-03006"),
    "a missing event without its instant": (a_correcting_item(at=None), "P306"),
    "a correction of nothing": (a_correcting_item(number=5, at=None), "P306"),
    "a corrected work place of another shape": (a_correcting_item(number=5, site="HERE"), "4"),
}


@pytest.mark.parametrize("case", ITEMS)
def test_an_item_is_refused_by_the_code_of_its_field(case: str) -> None:
    item, codes = ITEMS[case]
    assert codes_of(item) == codes


@pytest.mark.parametrize("case", ITEMS)
def test_a_prefix_changes_nothing(case: str) -> None:
    item, codes = ITEMS[case]
    tree = etree.fromstring(a_batch(item))
    prefixed = etree.Element(tree.tag, nsmap={"p": "urn:guichet:presence:1"})
    prefixed.extend([_renewed(child) for child in tree])
    (one,) = judged(etree.tostring(prefixed, xml_declaration=True, encoding="UTF-8"))
    assert " ".join(finding.code for finding in one.findings) == codes


def _renewed(element: etree._Element) -> etree._Element:
    made = etree.Element(element.tag, attrib=dict(element.attrib), nsmap={"p": "urn:guichet:presence:1"})
    made.text = element.text
    made.extend([_renewed(child) for child in element])
    return made


def test_an_item_at_fault_leaves_its_neighbours_alone() -> None:
    items = judged(a_batch(a_day_item(1), an_event_item(2, way="BREAK"), a_cancelling_item(3, reference="R")))
    assert [bool(one.findings) for one in items] == [False, True, False]


def test_a_finding_stands_at_the_element_at_fault() -> None:
    items = judged(a_batch(a_day_item(1), a_day_item(2, who=a_worker("85011512300")), an_event_item(3, way="X")))

    assert [(one.location.line, one.location.indexes, one.tag) for one in found(items)] == [
        (5, "1,3,1", "INSS"),
        (6, "1,4,2", "Type"),
    ]


def test_what_is_missing_is_named() -> None:
    items = judged(a_batch(a_correcting_item(1, evidence=()), a_day_item(2, who=a_worker(company=None))))
    assert [one.detail for one in found(items)] == [
        "RequestCorrection lacks Evidence",
        "WorkPlaceId stands where Employer should",
    ]


@pytest.mark.parametrize("name", ["N" + "x" * 600, "N85073003328"])
def test_what_the_structure_does_not_have_is_not_called_by_the_name_that_its_sender_gave_it(name: str) -> None:
    strange = a_batch(a_day_item(1)).replace(b"<WorkPlaceId>", f"<{name}/><WorkPlaceId>".encode())
    assert [one.detail for one in found(judged(strange))] == ["an element stands where WorkPlaceId should"]


def test_a_finding_inside_a_missing_event_stands_there() -> None:
    (one,) = found(judged(a_batch(a_correcting_item(who=a_worker("85011512300")))))
    assert one.location.indexes == "1,2,1,2"


def test_no_finding_repeats_a_number_of_a_person() -> None:
    for item, _ in ITEMS.values():
        for one in found(judged(a_batch(item))):
            assert not any(character.isdigit() for character in one.detail.replace("30", ""))
            assert one.value is None


def found(items: list[JudgedItem]) -> list[Finding]:
    return [finding for one in items for finding in one.findings]


PLACE = "<PlaceOfWork><Address><StreetName>Teststraat</StreetName><HouseNumber>1</HouseNumber><PostCode>1000</PostCode><MunicipalityName>Brussel</MunicipalityName></Address></PlaceOfWork>"
POINT = (
    "<PlaceOfWork><Coordinates><Latitude> 50.8466 </Latitude><Longitude>4.3528</Longitude></Coordinates></PlaceOfWork>"
)


def the_event(**deviation: str) -> PresenceEvent:
    (one,) = judged(a_batch(an_event_item(**deviation)))
    assert isinstance(one.item, PresenceEvent)
    return one.item


def test_a_zone_moves_no_day() -> None:
    (one,) = judged(a_batch(a_day_item(day=" 2026-11-24-14:00 ")))

    assert isinstance(one.item, DayPresence)
    assert one.item.date == date(2026, 11, 24)


def test_an_event_keeps_the_offset_it_was_captured_with() -> None:
    assert the_event(at="2026-11-23T07:03:31.1234567+02:00").at == datetime(
        2026, 11, 23, 7, 3, 31, 123456, tzinfo=timezone(timedelta(hours=2))
    )
    assert the_event(at="2026-11-23T05:03:31Z").at.utcoffset() == timedelta()


def test_an_event_has_its_place_and_its_capture() -> None:
    assert the_event(place=PLACE).place == Address("Teststraat", "1", "1000", "Brussel")
    assert the_event(place=POINT).place == Coordinates(Decimal("50.8466"), Decimal("4.3528"))
    captured = the_event(capture='<Capture method="QR" deviceId=" phone  7 "/>').capture
    assert captured == Capture(CaptureMethod.QR, "phone 7")


def test_a_reason_that_is_left_out_is_work() -> None:
    assert (the_event().reason, the_event(reason="BREAK").reason) == (EventReason.WORK, EventReason.BREAK)


def test_evidence_is_read_in_its_order() -> None:
    (one,) = judged(a_batch(a_correcting_item(evidence=("0a" * 32, "0b" * 32))))
    assert isinstance(one.item, CorrectionRequest)
    assert [paper.sha256 for paper in one.item.evidence] == ["0a" * 32, "0b" * 32]


@pytest.mark.parametrize(
    ("received_at", "code"),
    [(datetime(2026, 11, 22, 22, 58, tzinfo=UTC), "6"), (datetime(2026, 11, 22, 23, 7, tzinfo=UTC), "")],
)
def test_tomorrow_is_counted_from_the_day_of_reception(received_at: datetime, code: str) -> None:
    """23:58 in Brussels is still Sunday, whenever the file is judged."""
    assert codes_of(a_day_item(day="2026-11-24"), received_at=received_at) == code


def test_a_header_is_no_header_of_another_message() -> None:
    assert Layout().header is None


@given(
    text=st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<&\ufffe\uffff"),
        max_size=30,
    )
)
def test_no_text_breaks_the_judge_of_a_file(text: str) -> None:
    judged(
        a_batch(
            a_day_item(1, day=text, who=a_worker(text, company=text), site=text, reference=text),
            an_event_item(2, at=text, way=text, who=a_worker(limosa=text)),
            a_cancelling_item(3, number=text, reason=text),
            a_correcting_item(4, number=text, at=text, site=text, why=text),
        )
    )


NAMESPACE_THAT_SPEAKS = "urn:Bo:Expected"
SPEAKING = {
    "a namespace": f'<Bo xmlns="{NAMESPACE_THAT_SPEAKS}"/>',
    "a namespace with a prefix": f'<p:Bo xmlns:p="{NAMESPACE_THAT_SPEAKS}"/>',
    "a namespace deeper down": f'<Employer><EnterpriseNumber/><p:Bo xmlns:p="{NAMESPACE_THAT_SPEAKS}"/></Employer>',
    "a type": f'<INSS xmlns:xsi="{XSI}" xmlns:p="{NAMESPACE_THAT_SPEAKS}" xsi:type="p:Bo">Bo</INSS>',
    "a nil": f'<INSS xmlns:xsi="{XSI}" xsi:nil="Bo">Bo</INSS>',
    "an attribute": f'<INSS xmlns:p="{NAMESPACE_THAT_SPEAKS}" p:Bo="Bo">Bo</INSS>',
    "a text": "Bo",
}


@pytest.mark.parametrize("case", SPEAKING)
def test_no_word_of_the_sender_gets_into_what_is_said_of_a_structure(case: str) -> None:
    inside = SPEAKING[case]
    of_header = a_batch(a_day_item(), header=f"<Header><BatchReference>R</BatchReference>{inside}</Header>")
    with pytest.raises(Refusal) as refused:
        check_frame(io.BytesIO(of_header), message="CIAO", schemas=LIBRARY, on=DAY)
    (item,) = judged(a_batch(f'<RegisterPresence seq="1">{inside}</RegisterPresence>'))

    assert item.findings
    assert "Bo" not in " ".join([refused.value.sentence, *(finding.detail for finding in item.findings)])
