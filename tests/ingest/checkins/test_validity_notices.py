"""Changed validities: told to the sender of the files by one notice, once, and never to anybody else."""

from datetime import timedelta

import pytest

from domain.environments import Environment, Tray
from evidence.models import Answer, Submission
from registers.access.models import Entity, Mandate
from registers.checkins.models import Correction, Presence, ValidityNotice
from registers.checkins.upkeep import validate_all
from registers.persons.numbers import PersonKeys
from tests.checkin_files import a_batch, a_day_item
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
    validate_all(keys=no_keys, at=LATER)
    site.bench.counter.sweep()

    (answer,) = site.answers(kind="CIAV")
    (notice,) = answer.root.iter(f"{SPACE}Notice")
    assert notice.findtext(f"{SPACE}PresenceRegistrationId") == str(presence.number)
    assert notice.findtext(f"{SPACE}Status") == "FAILED"
    assert "RELATED DIMONA NOT OK" in [remark.text for remark in notice.iter(f"{SPACE}Remark")]
