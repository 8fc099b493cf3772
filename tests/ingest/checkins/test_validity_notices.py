"""Changed validities: told to the sender of the files by one notice, once, and never to anybody else."""

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment, Tray
from evidence.models import Answer, Submission
from registers.access.models import Entity, Mandate
from registers.checkins.deciding import accept, reject
from registers.checkins.evidence_of_corrections import expire_drafts, note_evidence
from registers.checkins.models import Correction, Presence, ValidityNotice, WorkPlace, WorkPlaceParty
from registers.checkins.upkeep import validate_all
from registers.persons.numbers import PersonKeys
from sender.answers import read_answer
from tests.checkin_files import a_batch, a_correcting_item, a_day_item, an_event_item
from tests.checkin_items import COMPANY
from tests.counter_bench import NOON, make_entity
from tests.ingest.checkins.conftest import SPACE, Site

CLIENT = "0412345614"
ELSEWHERE = 100_000_000_000_001
"""A registration that came in no file."""
LATER = NOON + timedelta(minutes=15)


def no_keys() -> PersonKeys:
    """No source outside the counter is open: no number is looked at."""
    raise AssertionError


def a_notice(presence: Presence, **deviation: object) -> ValidityNotice:
    facts = {
        "environment": presence.environment,
        "sender": presence.sender,
        "number": presence.number,
        "registration_date": presence.registration_date,
        "status": "FAILED",
        "remarks": ["DIMONA_NOT_OK"],
        "at": LATER,
    }
    return ValidityNotice.objects.create(**facts | deviation)


def registered(site: Site, *, reference: str = "R-1", environment: str = "R") -> Presence:
    site.send(a_batch(a_day_item(reference=f"P-{reference}"), reference=reference), environment=environment)
    return Presence.objects.order_by("-number")[0]


def test_a_changed_validity_is_told_once(site: Site) -> None:
    presence = registered(site)
    a_notice(presence)
    site.bench.clock.instant = LATER

    first, second = site.bench.counter.sweep(), site.bench.counter.sweep()

    assert (first.told, first.failed, second.told) == (1, 0, 0)
    (answer,) = site.answers(kind="CIAV")
    (notice,) = answer.root.iter(f"{SPACE}Notice")
    assert list(notice.itertext()) == [
        str(presence.number),
        "FAILED",
        "2026-07-01T12:15:00.000+02:00",
        "RELATED DIMONA NOT OK",
        "P-R-1",
    ]


def test_a_registration_that_a_correction_made_is_told_with_its_request(site: Site) -> None:
    presence = registered(site)
    correction = Correction.objects.create(
        environment="R",
        number="C-20260701-0000007",
        person_id=presence.person_id,
        identifier_id=presence.identifier_id,
        work_place=presence.work_place,
        event_type="OUT",
        registration_date=presence.registration_date,
        deadline=presence.registration_date,
        corrected_at=NOON,
        state="ACCEPTED",
        asked_by="sender:123456",
        asked_at=NOON,
        evidence_due_at=NOON,
    )
    facts = dict(Presence.objects.values().get(), number=presence.number + 1, correction_id=correction.pk, slot=7)
    a_notice(Presence.objects.create(**facts))
    site.bench.counter.sweep()
    (answer,) = site.answers(kind="CIAV")
    assert answer.root.findtext(f".//{SPACE}CorrectionId") == "C-20260701-0000007"


def test_several_files_of_a_sender_are_told_of_by_one_notice(site: Site) -> None:
    a_notice(registered(site))
    site.bench.clock.advance(timedelta(seconds=1))
    a_notice(Presence.objects.get(), status="VALIDATED", remarks=[])
    assert site.bench.counter.sweep().told == 2

    (answer,) = site.answers(kind="CIAV")
    assert answer.root.findtext(f".//{SPACE}NoticeCount") == "2"
    assert [status.text for status in answer.root.iter(f"{SPACE}Status")] == ["FAILED", "VALIDATED"]


def test_later_changes_are_told_by_another_notice_about_the_same_submission(site: Site) -> None:
    presence = registered(site)
    for _ in range(2):
        a_notice(presence)
        site.bench.counter.sweep()
    submission = Submission.objects.get()
    assert list(Answer.objects.filter(kind="CIAV").values_list("submission_id", "number")) == [
        (submission.pk, 1),
        (submission.pk, 2),
    ]


def test_what_came_over_the_web_service_is_told_to_a_sender_of_files_under_its_newest(site: Site) -> None:
    a_notice(registered(site), number=ELSEWHERE)
    assert site.bench.counter.sweep().told == 1


def a_client_s(presence: Presence, *, ended: bool) -> Presence:
    """Return the same of somebody else's staff, who mandated the company that sent it."""
    Mandate.objects.create(
        environment="R",
        principal=make_entity(name="Client", company=CLIENT, nsso="123456749", environments=(Environment.PRODUCTION,)),
        mandatary=Entity.objects.get(environment="R", company_number=COMPANY),
        service_group="CHECK_INS",
        state="CLOSED" if ended else "ACTIVE",
        from_quarter="20201",
        valid_from=NOON - timedelta(days=1),
        in_force_from=NOON - timedelta(days=1),
        valid_until=NOON if ended else None,
        created_by="test",
        source="OPERATOR",
    )
    facts = Presence.objects.values().get(number=presence.number)
    return Presence.objects.create(**{**facts, "number": presence.number + 1, "employer": CLIENT})


@pytest.mark.parametrize(("ended", "told"), [(False, 1), (True, 0)])
def test_who_is_mandated_no_more_hears_nothing_of_a_client_s_staff(site: Site, *, ended: bool, told: int) -> None:
    a_notice(a_client_s(registered(site), ended=ended))
    site.bench.clock.instant = LATER
    assert site.bench.counter.sweep().told == told
    assert len(site.answers(kind="CIAV")) == told
    assert not ValidityNotice.objects.filter(told_at__isnull=True).exists()


def test_of_its_own_staff_a_company_hears_when_a_mandate_ended(site: Site) -> None:
    own = registered(site)
    a_notice(own)
    a_notice(a_client_s(own, ended=True))
    site.bench.clock.instant = LATER
    assert site.bench.counter.sweep().told == 1
    (answer,) = site.answers(kind="CIAV")
    assert [one.text for one in answer.root.iter(f"{SPACE}PresenceRegistrationId")] == [str(own.number)]


def test_a_sender_who_never_sent_a_file_gets_none(site: Site) -> None:
    a_notice(registered(site), number=ELSEWHERE, sender="654321")

    assert site.bench.counter.sweep().told == 0
    assert not Answer.objects.filter(kind="CIAV").exists()
    assert not ValidityNotice.objects.filter(told_at__isnull=True).exists()


def test_a_notice_stands_in_the_tray_of_its_environment(site: Site) -> None:
    a_notice(registered(site, environment="T"))
    site.bench.counter.sweep()
    assert len(site.bench.answers("CIAV", tray=Tray.OUT_TEST)) == 1
    assert site.bench.answers("CIAV") == []


def test_what_cannot_be_told_waits(site: Site) -> None:
    a_notice(registered(site), remarks=["NO_SUCH_REMARK"])
    assert site.bench.counter.sweep().failed == 1
    assert ValidityNotice.objects.filter(told_at__isnull=True).count() == 1


def test_what_a_validation_finds_is_told_to_the_sender(site: Site) -> None:
    """No employment is declared, so that the registration fails; nothing has to be sent again for it."""
    presence = registered(site)
    site.bench.clock.instant = LATER
    validate_all(keys=no_keys, now=lambda: LATER)
    site.bench.counter.sweep()

    (answer,) = site.answers(kind="CIAV")
    (notice,) = answer.root.iter(f"{SPACE}Notice")
    assert notice.findtext(f"{SPACE}PresenceRegistrationId") == str(presence.number)
    assert notice.findtext(f"{SPACE}Status") == "FAILED"
    assert "RELATED DIMONA NOT OK" in [remark.text for remark in notice.iter(f"{SPACE}Remark")]


DAY = timedelta(days=1)
DECIDED = {"environment": Environment.PRODUCTION, "by": "login:7", "at": LATER}


def asked_by_file(site: Site) -> Presence:
    """Ask by file about an event that the worker registered on his telephone, and return it."""
    site.send(a_batch(an_event_item(at=NOON - timedelta(hours=3))))
    facts = Presence.objects.values().get()
    deviation = {
        "number": facts["number"] + 1,
        "event_at": NOON - timedelta(hours=2),
        "channel": "PORTAL",
        "sender": "",
    }
    event = Presence.objects.create(**facts | deviation)
    item = a_correcting_item(number=event.number, at=NOON - timedelta(hours=4))
    site.send(a_batch(item, reference="R-2"))
    return event


def asked_whole(site: Site) -> str:
    """Return the number of such a request that waits for a decision."""
    asked_by_file(site)
    owner = {"owner": COMPANY, "environment": Environment.PRODUCTION}
    return note_evidence("9f" * 32, **owner, media_type="pdf", size=9, at=NOON)[0]


def ends_told(site: Site) -> list[dict[str, str]]:
    """Return what the sender is told of requests that ended, by the names of the elements."""
    site.bench.counter.sweep()
    notices = [one for answer in site.answers(kind="CIAV") for one in answer.root.iter(f"{SPACE}CorrectionNotice")]
    return [{told.tag.removeprefix(SPACE): told.text for told in one} for one in notices]


def test_who_asked_by_file_hears_that_it_is_accepted_whatever_the_event_came_in(site: Site) -> None:
    number = asked_whole(site)
    made = accept(number, **DECIDED, note="", limits=CheckInLimits())
    told = {"CorrectionId": number, "Status": "ACCEPTED", "DecisionDateTime": "2026-07-01T12:15:00.000+02:00"}
    assert ends_told(site) == [told | {"PresenceRegistrationId": str(made)}]


def test_who_asked_by_file_hears_why_it_is_rejected(site: Site) -> None:
    number = asked_whole(site)
    reject(number, **DECIDED, note="The log is\r\nof another\x0b gate.")
    (told,) = ends_told(site)
    assert (told["Status"], told["Reason"]) == ("REJECTED", "The log is of another gate.")
    assert told["PresenceRegistrationId"] == str(Correction.objects.get().target)


def test_who_asked_by_file_hears_that_the_request_ran_out(site: Site) -> None:
    asked_by_file(site)
    expire_drafts(at=NOON + 2 * DAY)
    (told,) = ends_told(site)
    assert (told["Status"], told["Reason"]) == ("EXPIRED", "P302")


def test_the_end_of_a_request_is_told_once(site: Site) -> None:
    reject(asked_whole(site), **DECIDED, note="No.")
    assert (len(ends_told(site)), site.bench.counter.sweep().told) == (1, 0)


def test_a_request_that_waits_is_told_nothing_of(site: Site) -> None:
    asked_whole(site)
    assert ends_told(site) == []


def test_what_was_asked_for_at_a_page_is_told_to_no_sender_of_files(site: Site) -> None:
    Correction.objects.filter(number=(number := asked_whole(site))).update(channel="PORTAL", asked_by="person:7")
    reject(number, **DECIDED, note="No.")
    assert ends_told(site) == []


@pytest.mark.parametrize(("ended", "told"), [(False, 1), (True, 0)])
def test_who_is_mandated_no_more_hears_nothing_of_a_request_for_a_client(site: Site, *, ended: bool, told: int) -> None:
    reject(asked_whole(site), **DECIDED, note="No.")
    a_client_s(Presence.objects.latest("number"), ended=ended)
    Correction.objects.update(employer=CLIENT)
    site.bench.clock.instant = LATER
    assert len(ends_told(site)) == told
    assert not Correction.objects.filter(told_at__isnull=True).exists()


@pytest.mark.parametrize("employer", ["PL5260250274", ""], ids=["a firm abroad", "a Limosa number alone"])
def test_who_asked_about_staff_of_no_company_here_hears_how_it_ended(site: Site, employer: str) -> None:
    reject(asked_whole(site), **DECIDED, note="No.")
    Correction.objects.update(employer=employer)
    assert [told["Status"] for told in ends_told(site)] == ["REJECTED"]


def test_a_contractor_whose_mandate_ended_hears_nothing_of_a_request_for_who_works_below_it(site: Site) -> None:
    """It needs no mandate to register them; to ask for a correction it does, and its own page shows none without."""
    reject(asked_whole(site), **DECIDED, note="No.")
    a_client_s(event := Presence.objects.latest("number"), ended=True)
    place = WorkPlace.objects.get(environment="R", number=event.work_place)
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=CLIENT, role="CONTRACTOR", valid_from=place.valid_from
    )
    Correction.objects.update(employer=CLIENT)
    site.bench.clock.instant = LATER
    assert ends_told(site) == []


def test_the_toolkit_shows_how_a_request_ended(site: Site, tmp_path: Path) -> None:
    reject(number := asked_whole(site), **DECIDED, note="No.")
    site.bench.counter.sweep()
    (answer,) = site.answers(kind="CIAV")
    (there := tmp_path / "FO.CIAV.xml").write_bytes(etree.tostring(answer.root))
    (told,) = read_answer(there).declarations
    of = f"registration {Correction.objects.get().target}"
    assert (told.reference, told.ticket, told.result, [*map(str, told.findings)]) == (of, number, "rejected", ["No."])
