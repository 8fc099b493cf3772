"""Files of check-ins through the counter: what is answered to the file, to each item, and when."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.models import Sender, SenderService
from domain.environments import Environment, Tray
from evidence.models import Answer, AuditEvent, DecidedChunk, Submission, SubmissionState, UsedReference
from evidence.spool import Spool
from ingest.evidence_files import EvidenceDesk, TakeFilesUnscannedForDevelopment
from registers.checkins.evidence_of_corrections import note_evidence
from registers.checkins.models import Correction, Presence
from tests.checkin_files import (
    a_batch,
    a_cancelling_item,
    a_correcting_item,
    a_day_item,
    a_worker,
    an_event_item,
)
from tests.checkin_items import COMPANY, INSS, SITE
from tests.ingest.checkins.conftest import SPACE, Site, Told, kinds, read_results
from tests.proving_documents import a_pdf

NOON = "2026-07-01T12:00:00+02:00"
OTHER_COMPANY = "0448181966"
REGISTERED, CANCELLED, REFUSED = "SUCCESSFULLY REGISTERED", "SUCCESSFULLY CANCELLED", "REFUSED"


def an_event_now(seq: int = 1, **deviation: str) -> str:
    return an_event_item(seq, **{"at": NOON} | deviation)


def test_a_file_is_acknowledged_and_each_item_is_answered_by_its_seq(site: Site) -> None:
    told = site.send(
        a_batch(
            a_day_item(3, reference="PLN-1"),
            an_event_now(1),
            a_day_item(7, who=a_worker("85011512300")),
            a_correcting_item(9, at="2026-06-30T09:30:00+02:00"),
        )
    )

    assert site.refusal() == []
    assert kinds() == ["ACRF", "CIAR"]
    assert [(one.seq, one.what, one.codes) for one in told] == [
        (3, REGISTERED, ()),
        (1, REGISTERED, ()),
        (7, REFUSED, ("5",)),
        (9, "DRAFT", ()),
    ]
    assert Submission.objects.get().state == SubmissionState.FILED


def test_a_result_names_the_file_and_counts_its_items(site: Site) -> None:
    site.send(a_batch(a_day_item(1), a_day_item(2, day="2026-07-05"), reference="CLEANCO-7"))
    (answer,) = site.answers()
    header = answer.root.find(f"{SPACE}Header")
    submission = Submission.objects.get()

    assert header.findtext(f"{SPACE}ReceiptNumber") == submission.ticket
    assert header.findtext(f"{SPACE}FileName") == submission.subject_name
    assert header.findtext(f"{SPACE}BatchReference") == "CLEANCO-7"
    assert header.findtext(f"{SPACE}FileSha256") == submission.parts.get(prefix="FI").blob_id
    assert header.findtext(f"{SPACE}ReceivedDateTime") == "2026-07-01T12:00:00.000+02:00"
    counts = {"items": "2", "accepted": "1", "rejected": "1", "pending": "0"}
    assert dict(header.find(f"{SPACE}Counts").attrib) == counts


def test_a_refused_item_has_its_line_and_column_also_where_the_register_refuses_it(site: Site) -> None:
    site.send(
        a_batch(
            a_day_item(1, who=a_worker("85011512300")),
            a_day_item(2, who=a_worker(company=OTHER_COMPANY)),
            a_cancelling_item(3, number=100_000_000_000_001),
        )
    )
    (answer,) = site.answers()

    assert [(error.get("line"), error.get("column")) for error in answer.root.iter(f"{SPACE}Error")] == [
        ("4", "27"),
        ("5", "1"),
        ("6", "1"),
    ]


def test_no_answer_or_event_carries_a_number_of_a_person(site: Site) -> None:
    site.send(a_batch(a_day_item(1), an_event_now(2), a_day_item(3, who=a_worker("85011512300"))))
    told = [*site.answers(), site.acknowledgement()]

    assert INSS.encode() not in b"".join(answer.content for answer in told)
    assert b"85011512300" not in b"".join(answer.content for answer in told)
    assert not any(re.search(r"\b8501151\d{4}\b", str(event.detail)) for event in AuditEvent.objects.all())


def test_a_label_is_in_the_language_of_the_sender(site: Site) -> None:
    Sender.objects.update(language="nl")
    site.send(a_batch(a_day_item(1, who=a_worker("85011512300"))))
    assert site.answers()[0].texts(f"{SPACE}ErrorLabel") == ["Het rijksregisternummer of bisnummer is niet geldig."]


REFUSALS = {
    "another sender's company": (a_batch(a_day_item(), sender=OTHER_COMPANY), "155"),
    "another count": (a_batch(a_day_item(), count=2), "255"),
    "XML cut short": (a_batch(a_day_item())[:-10], "102"),
    "a header that its structure refuses": (a_batch(a_day_item(), reference=""), "312"),
    "a seq twice": (a_batch(a_day_item(1), a_day_item(1)), "312"),
    "too many items": (a_batch(*[a_cancelling_item(seq, reference="R") for seq in range(1, 10_002)]), "275"),
    "another namespace": (a_batch(a_day_item(), namespace="urn:guichet:presence:2"), "139"),
    "another root": (a_batch(a_day_item(), root="Presences"), "089"),
    "no item": (a_batch(), "157"),
    "a document type": (a_batch(a_day_item()).replace(b"<Pres", b"<!DOCTYPE x><Pres", 1), "102"),
    "UTF-16": (a_batch(a_day_item()).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "138"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_file_that_is_refused_has_no_effect_and_no_result(site: Site, case: str) -> None:
    payload, code = REFUSALS[case]

    assert site.send(payload) == []
    assert site.refusal() == [code]
    assert kinds() == ["ACRF"]
    assert not Presence.objects.exists()
    assert not UsedReference.objects.exists()


def test_a_file_of_two_parts_is_refused(site: Site) -> None:
    key = site.bench.next_key(purpose="CIAO")
    for part, payload in enumerate((a_batch(a_day_item()), a_batch(a_day_item(), reference="R")), start=1):
        site.bench.put(f"FI.{key}.2.{part}", payload)
        site.bench.put(f"FS.{key}.2.{part}", site.bench.sign(payload))
    site.bench.put(f"GO.{key}.2")
    site.bench.work()
    assert site.refusal() == ["128"]


def test_a_reference_that_is_used_again_with_other_content_refuses_the_file(site: Site) -> None:
    site.send(a_batch(a_day_item(), reference="R-1"))
    first = Submission.objects.get().ticket

    assert site.send(a_batch(a_day_item(day="2026-07-02"), reference="R-1")) == []
    assert site.refusal() == ["133"]
    assert site.acknowledgement().texts("ReferenceNbr") != [first]
    assert Presence.objects.count() == 1


def test_the_same_file_under_another_name_gets_the_first_ticket_and_the_first_answers_again(site: Site) -> None:
    payload = a_batch(a_day_item(), reference="R-1")
    (first,) = site.send(payload)
    ticket, (result,) = Submission.objects.get().ticket, site.answers()
    site.bench.collect_all()

    again = site.send(payload)

    assert site.refusal() == ["133"]
    assert site.acknowledgement().texts("ReferenceNbr") == [ticket]
    assert again == [first]
    assert site.answers()[0].content == result.content
    assert Presence.objects.count() == 1


def test_a_refused_file_uses_no_reference_up(site: Site) -> None:
    site.send(a_batch(a_day_item(), reference="R-1", sender=OTHER_COMPANY))
    assert len(site.send(a_batch(a_day_item(), reference="R-1"))) == 1


def test_a_reference_is_used_apart_in_each_environment(site: Site) -> None:
    payload = a_batch(a_day_item(), reference="R-1")
    assert len(site.send(payload, environment="T")) == 1
    assert len(site.send(payload)) == 1


def test_a_simulation_is_answered_and_leaves_nothing(site: Site) -> None:
    payload = a_batch(a_day_item(1), a_day_item(2, who=a_worker("85011512300")))

    assert [one.what for one in site.send(payload, environment="S")] == [REGISTERED, REFUSED]
    assert not Presence.objects.exists()
    assert not UsedReference.objects.exists()
    assert not DecidedChunk.objects.exists()
    assert len(site.send(payload, environment="S")) == 2


def test_a_sender_without_the_service_is_refused(site: Site) -> None:
    SenderService.objects.filter(purpose="CIAO").delete()
    assert site.send(a_batch(a_day_item())) == []
    assert site.refusal() == ["154"]


def test_what_is_sent_again_in_another_file_is_answered_by_the_first_registration(site: Site) -> None:
    site.send(a_batch(an_event_now(), reference="R-1"))
    (told,) = site.send(a_batch(an_event_now(5), reference="R-2"))

    assert told == Told(5, REGISTERED, ("SAME DECLARATION HAS ALREADY BEEN REGISTERED",))
    assert Presence.objects.count() == 1


def test_each_item_is_answered_under_its_own_reference(site: Site) -> None:
    days = [a_day_item(seq, reference=f"MO{seq}") for seq in (1, 2)]
    site.send(a_batch(*days, a_cancelling_item(3, reference="MO2")))

    (answer,) = site.answers()
    told = answer.root.iter(f"{SPACE}ClientPresenceRegistrationReference")
    assert [one.text for one in told] == ["MO1", "MO2", "MO2"]


def test_a_presence_is_cancelled_by_the_reference_it_was_sent_with(site: Site) -> None:
    site.send(a_batch(a_day_item(reference="PLN-1"), reference="R-1"))
    assert [one.what for one in site.send(a_batch(a_cancelling_item(4, reference="PLN-1"), reference="R-2"))] == [
        CANCELLED
    ]


def test_a_result_is_split_where_notifications_are(site: Site) -> None:
    desk = replace(site.bench.counter.desk, notification_forms=2)
    site.bench.counter = replace(site.bench.counter, desk=desk)
    told = site.send(a_batch(*[a_cancelling_item(seq, reference=f"R{seq}") for seq in range(1, 6)]))
    answers = site.answers()

    assert [one.seq for one in told] == [1, 2, 3, 4, 5]
    assert [answer.root.find(f".//{SPACE}Part").attrib for answer in answers] == [
        {"number": str(number), "of": "3"} for number in (1, 2, 3)
    ]
    assert {answer.root.find(f".//{SPACE}Counts").get("items") for answer in answers} == {"5"}
    assert list(Answer.objects.filter(kind="CIAR").values_list("number", flat=True)) == [1, 2, 3]


MIDNIGHT_CASES = {
    "received at 23:58, judged at 00:07, for the day of reception": (58, "2026-07-01", ()),
    "received at 23:58, judged at 00:07, for the day after": (58, "2026-07-02", ()),
    "received at 23:58, judged at 00:07, for two days after": (58, "2026-07-03", ("6",)),
    "received at 00:02 for the day before": (62, "2026-07-01", ("6",)),
    "received at 00:02 for the day after": (62, "2026-07-03", ()),
}


@pytest.mark.parametrize("case", MIDNIGHT_CASES)
def test_a_day_is_judged_by_the_instant_of_reception(site: Site, case: str) -> None:
    minutes, day, codes = MIDNIGHT_CASES[case]
    site.bench.clock.instant = datetime(2026, 7, 1, 21, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    site.deliver(a_batch(a_day_item(day=day)))
    site.bench.clock.instant = datetime(2026, 7, 1, 22, 7, tzinfo=UTC)
    site.bench.work()

    (told,) = site.results()
    assert told.codes == codes


def test_a_presence_without_a_date_is_of_the_day_of_reception(site: Site) -> None:
    site.bench.clock.instant = datetime(2026, 7, 1, 21, 58, tzinfo=UTC)
    site.deliver(a_batch(a_day_item()))
    site.bench.clock.instant = datetime(2026, 7, 1, 22, 7, tzinfo=UTC)
    site.bench.work()
    assert str(Presence.objects.get().registration_date) == "2026-07-01"


def test_an_event_is_late_by_its_reception_not_by_its_processing(site: Site) -> None:
    site.deliver(a_batch(an_event_now(1), an_event_now(2, way="OUT", at="2026-07-01T11:49:59+02:00")))
    site.bench.clock.advance(timedelta(minutes=40))
    site.bench.work()
    assert [("LATE" in one.codes) for one in site.results()] == [False, True]


AUTUMN = datetime(2026, 10, 25, 1, 35, tzinfo=UTC)
"""02:35 in Brussels, the second time; the clock was set back at 03:00 summer time."""


def test_the_hour_that_comes_twice_is_two_hours(site: Site) -> None:
    site.bench.clock.instant = AUTUMN
    key = "CIAO.123456.20261025.00001.R"
    items = (
        an_event_item(1, at="2026-10-25T02:30:00+02:00"),
        an_event_item(2, at="2026-10-25T02:30:00+01:00", way="OUT"),
    )
    site.deliver(a_batch(*items), key=key)
    site.bench.work()

    assert [one.codes for one in site.results()] == [("LATE",), ()]
    first, second = Presence.objects.order_by("event_at")
    assert second.event_at - first.event_at == timedelta(hours=1)
    assert {str(first.registration_date), str(second.registration_date)} == {"2026-10-25"}


def test_the_hour_that_never_comes_is_told_by_its_offset(site: Site) -> None:
    site.bench.clock.instant = datetime(2027, 3, 28, 1, 31, tzinfo=UTC)
    site.deliver(a_batch(an_event_item(1, at="2027-03-28T02:30:00+01:00")), key="CIAO.123456.20270328.00001.R")
    site.bench.work()
    assert Presence.objects.get().event_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_an_answer_stands_in_the_tray_of_its_environment(site: Site) -> None:
    site.send(a_batch(a_day_item()), environment="T")
    assert site.bench.answers("CIAR", tray=Tray.OUT) == []
    assert len(site.bench.answers("CIAR", tray=Tray.OUT_TEST)) == 1


def test_items_that_the_sector_refuses_are_refused_alone(site: Site) -> None:
    told = site.send(a_batch(an_event_now(1, site=SITE), an_event_now(2)))
    assert [one.codes for one in told] == [("P204",), ()]


def test_a_file_tells_of_read_results_in_order(site: Site) -> None:
    site.send(a_batch(*[a_cancelling_item(seq, reference=f"R{seq}") for seq in (5, 3, 9)]))
    assert [one.seq for one in read_results(site.answers()[0])] == [5, 3, 9]


def test_a_request_waits_a_day_for_its_evidence_and_then_ends(site: Site) -> None:
    (told,) = site.send(a_batch(a_correcting_item(at="2026-06-30T09:30:00+02:00")))
    assert told.what == "DRAFT"

    site.bench.clock.advance(timedelta(hours=24))
    assert site.bench.counter.sweep().expired == 0
    site.bench.clock.advance(timedelta(seconds=1))
    assert site.bench.counter.sweep().expired == 1
    assert Correction.objects.get().state == "EXPIRED"


def test_evidence_that_was_handed_in_before_completes_a_request_at_once(site: Site) -> None:
    paper = a_pdf()
    desk = EvidenceDesk(
        site.bench.home / "checkin-evidence",
        max_bytes=1000,
        scanner=TakeFilesUnscannedForDevelopment(),
        spool=Spool.below(site.bench.home),
    )
    taken = desk.take(io.BytesIO(paper), name="log.pdf")
    facts = {"owner": COMPANY, "environment": Environment.PRODUCTION, "media_type": taken.kind, "size": taken.size}
    note_evidence(taken.sha256, **facts, at=site.bench.clock.now())

    (told,) = site.send(a_batch(a_correcting_item(at="2026-06-30T09:30:00+02:00", evidence=(taken.sha256,))))

    assert told.what == "SUBMITTED"


def test_no_strange_item_breaks_the_file_that_it_stands_in(site: Site) -> None:
    strange = [
        a_correcting_item(1, at="1950-01-01T00:00:00+14:00"),
        a_correcting_item(2, number=100_000_000_000_001, at=None, site=SITE),
        a_cancelling_item(3, number=999_999_999_999_999),
        a_cancelling_item(4, number=1),
        a_cancelling_item(5, reference="É€😀"),
        a_day_item(6, reference="É€😀"),
        an_event_now(7, capture='<Capture method="GATEWAY" deviceId=""/>', place=POLE),
        an_event_now(8, at="2026-07-01T23:59:59+14:00", who=a_worker(vat="PL5260250274")),
        a_day_item(9, who=a_worker(limosa="-" * 24), site="ZZZZZZZZZZZZZ"),
        a_correcting_item(10, at="2026-06-30T09:30:00+02:00", evidence=("9f" * 32, "9f" * 32)),
        a_correcting_item(11, at="2026-06-30T09:30:00+02:00", why="é" * 1000),
        an_event_now(12, way="OUT", who=a_worker(INSS)),
    ]
    told = site.send(a_batch(*strange))
    assert [one.seq for one in told] == list(range(1, 13))


POLE = (
    "<PlaceOfWork><Coordinates><Latitude>-90.0000000</Latitude><Longitude>180</Longitude></Coordinates></PlaceOfWork>"
)
