"""Changed validities: told to the sender of the files by one notice, once, and never to anybody else."""

from datetime import timedelta

from domain.environments import Tray
from evidence.models import Answer, Submission
from registers.checkins.models import Correction, Presence, ValidityNotice
from registers.checkins.upkeep import validate_all
from registers.persons.numbers import PersonKeys
from tests.checkin_files import a_batch, a_day_item
from tests.counter_bench import NOON
from tests.ingest.checkins.conftest import SPACE, Site

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
