"""What is told last of a registration holds: steps, verdicts, remarks and cancellations lie behind one another."""

from datetime import datetime, timedelta

from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from ingest.render_checkins import render_instant
from registers.checkins.models import Presence, PresenceStep, ValidityNotice
from registers.checkins.sources import sources_of
from registers.checkins.validating import ask_again
from tests.checkin_items import RECEIVED, a_cancellation, a_day, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.employing import employ
from tests.registers.checkins.validations import validate_again, validate_waiting

R = Environment.PRODUCTION
LATER = RECEIVED + timedelta(hours=1)


def validate(at: datetime = LATER) -> None:
    validate_waiting(sources_of(R), environment=R, at=at)


def elsewhere(counter: Counter, *, received_at: datetime) -> None:
    """Bring an event at another place, which leaves the one before it without its check-out."""
    a_work_place(number="1Y1003TESTC9Z", sector="CLEANING")
    counter(an_event(at=RECEIVED, work_place_id="1Y1003TESTC9Z"), received_at=received_at)


def test_what_one_run_validates_twice_has_both_steps_in_their_order(counter: Counter):
    counter(a_day())
    presence = Presence.objects.get()
    validate()
    employ(presence.person_id)
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    validate_again(sources_of(R), environment=R, at=LATER)
    presence.refresh_from_db()
    assert presence.status == "VALIDATED"
    assert [step.status for step in PresenceStep.objects.order_by("at")] == ["FAILED", "VALIDATED"]


def test_the_step_of_a_verdict_and_its_notice_are_of_the_instant_of_the_validation(counter: Counter):
    (outcome,) = counter(a_day(), channel=ClockingChannel.BATCH)
    presence = Presence.objects.get(number=outcome.registration.id)
    validate()
    employ(presence.person_id)
    ask_again(environment=R, at=LATER, person_ids=[presence.person_id])
    validate_again(sources_of(R), environment=R, at=LATER)
    presence.refresh_from_db()
    last = PresenceStep.objects.latest("at")
    assert (last.status, last.at) == (presence.status, presence.validated_at)
    assert list(ValidityNotice.objects.order_by("pk").values_list("at", flat=True)) == [LATER, presence.validated_at]
    assert render_instant(presence.validated_at) > render_instant(LATER)


def test_what_is_remarked_on_while_a_run_goes_on_is_judged_behind_it(counter: Counter):
    """By `FO.CIAV` the notice with the latest instant holds, and that is the verdict."""
    counter(an_event(), channel=ClockingChannel.BATCH)
    remarked = LATER + timedelta(minutes=1)
    elsewhere(counter, received_at=remarked)
    validate(at=LATER)
    notices = list(ValidityNotice.objects.order_by("pk"))
    assert [(one.status, "MISSING_OUT" in one.remarks) for one in notices] == [("REGISTERED", True), ("FAILED", True)]
    assert notices[0].at == remarked
    assert render_instant(notices[1].at) > render_instant(remarked)


def test_what_is_cancelled_in_a_file_stays_cancelled_behind_a_verdict_of_meanwhile(counter: Counter):
    """All parts of a file are of one instant; a validation judges what is in the later ones."""
    counter(a_day())
    presence = Presence.objects.get()
    validate(at=LATER)
    (outcome,) = counter(a_cancellation(registration_id=presence.number), at=LATER)
    presence.refresh_from_db()
    steps = list(PresenceStep.objects.order_by("at"))
    assert [step.status for step in steps] == ["FAILED", "CANCELLED"]
    assert steps[1].at == presence.validated_at == outcome.registration.validated_at > LATER


def test_nothing_is_judged_before_it_is_registered(counter: Counter):
    registered = LATER + timedelta(minutes=1)
    counter(a_day(), received_at=registered)
    validate(at=LATER)
    presence = Presence.objects.get()
    assert presence.validated_at >= presence.created_at == registered
    assert PresenceStep.objects.get().at == presence.validated_at


def test_a_remark_is_told_behind_a_verdict_of_a_later_run(counter: Counter):
    """Who filed the second event asked for the time before the run began, and wrote after it."""
    counter(an_event(), channel=ClockingChannel.BATCH)
    validate(at=LATER)
    elsewhere(counter, received_at=LATER - timedelta(seconds=1))
    notices = list(ValidityNotice.objects.order_by("pk"))
    assert [(one.status, "MISSING_OUT" in one.remarks) for one in notices] == [("FAILED", False), ("FAILED", True)]
    assert render_instant(notices[1].at) > render_instant(notices[0].at)
