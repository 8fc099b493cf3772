from datetime import datetime, timedelta

import pytest

from correspondence.ebox_alerts import activate, deactivate
from correspondence.models import EboxDocument, EboxKind
from domain.checkins.items import Employer, Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from domain.identifiers import insz
from domain.languages import Language
from evidence.models import AuditEvent
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.missing_outs import (
    as_time_made_it,
    flag_missing_outs,
    missing_outs_of,
    tell_of_missing_outs,
)
from registers.checkins.models import Presence, RevalidationRequest, Spell, ValidityNotice
from registers.checkins.projecting import write_changes
from registers.checkins.rebuilding import rebuild_person
from registers.checkins.telling import Letter, tell_company
from tests.checkin_items import ANN, CLEANING_SITE, COMPANY, RECEIVED, an_event
from tests.counter_bench import make_entity
from tests.registers.checkins.conftest import Counter, a_work_place

R = Environment.PRODUCTION
LIMITS = CheckInLimits()
HOUR = timedelta(hours=1)
CAME = RECEIVED - timedelta(minutes=1)
STRANGER, ELSEWHERE = "0400767772", "1Y1003NEWPL9Z"
BY_LIMOSA = {"worker": Worker(limosa_id="24910158641968060"), "employer": None}


def flag(counter: Counter, after: timedelta) -> int:
    return flag_missing_outs(environment=R, limits=counter.limits, at=CAME + after).spells


def let_the_worker_have_an_ebox() -> int:
    person = Presence.objects.values_list("person_id", flat=True)[0]
    activate(person, "ana@example.be", language=Language.EN, environment=R, at=CAME)
    return person


def test_nothing_is_missing_for_sixteen_hours(counter: Counter):
    counter(an_event())
    assert flag(counter, 16 * HOUR) == 0


def test_a_missing_out_is_flagged_and_stays_open(counter: Counter):
    counter(an_event())
    assert flag(counter, 16 * HOUR + timedelta(seconds=1)) == 1
    spell = Spell.objects.get()
    assert (spell.state, spell.ended_at) == ("MISSING_OUT", None)
    assert Presence.objects.get().remarks == ["MISSING_OUT"]
    assert flag(counter, 17 * HOUR) == 0


def test_worker_and_employer_are_told_once(counter: Counter):
    entity = make_entity(company=COMPANY)
    counter(an_event())
    person = let_the_worker_have_an_ebox()
    flag(counter, 17 * HOUR)
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 1
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 18 * HOUR).spells == 0
    told = {(one.entity_id, one.person_id) for one in EboxDocument.objects.all()}
    assert told == {(entity.pk, None), (None, person)}


OF_NO_COMPANY = pytest.mark.parametrize(
    "brought",
    [BY_LIMOSA, {"employer": Employer(foreign_vat="PL5260250274")}],
    ids=["by a Limosa number", "for a firm abroad"],
)


@OF_NO_COMPANY
def test_who_brought_him_is_told_where_no_company_here_employs_him(counter: Counter, brought):
    entity = make_entity(company=COMPANY)
    counter(an_event(**brought))
    flag(counter, 17 * HOUR)
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 1
    assert [one.entity_id for one in EboxDocument.objects.exclude(entity=None)] == [entity.pk]


@OF_NO_COMPANY
def test_missing_check_outs_of_no_company_here_are_those_of_who_brought_them(counter: Counter, brought):
    counter(an_event(**brought), an_event(worker=Worker(inss="90231512323")))
    flag(counter, 17 * HOUR)
    assert missing_outs_of(COMPANY, environment=R).count() == 2
    assert missing_outs_of(STRANGER, environment=R).count() == 0


def test_who_left_is_missing_to_nobody_though_a_limosa_number_brought_him_once(counter: Counter):
    counter(an_event(**BY_LIMOSA), an_event(**BY_LIMOSA, at=RECEIVED, type="OUT"))
    assert missing_outs_of(COMPANY, environment=R).count() == 0


def test_nothing_comes_into_an_ebox_that_was_stopped(counter: Counter):
    counter(an_event())
    deactivate(let_the_worker_have_an_ebox(), at=RECEIVED)
    flag(counter, 17 * HOUR)
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 1
    assert not EboxDocument.objects.exists()


def test_it_is_on_record_how_many_were_told(counter: Counter):
    make_entity(company=COMPANY)
    counter(an_event(), an_event(at=CAME + HOUR / 6, worker=Worker(inss="90231512323")))
    let_the_worker_have_an_ebox()
    flag(counter, 17 * HOUR)
    tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR)
    told = AuditEvent.objects.get(action="presence:missing-outs-told").detail
    assert told == {"environment": "R", "spells": 2, "workers": 1, "employers": 1}


def test_a_missing_out_of_a_test_is_told_to_nobody_and_not_said_to_be_told(counter: Counter):
    counter(an_event())
    flag(counter, 17 * HOUR)
    Spell.objects.update(environment="T")
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 0
    assert Spell.objects.get().told_at is None
    assert not AuditEvent.objects.filter(action="presence:missing-outs-told").exists()


def test_a_test_tells_no_company(counter: Counter):
    make_entity(company=COMPANY)
    at = CAME + 17 * HOUR
    assert tell_company(COMPANY, "R", Letter(EboxKind.MISSING_CHECK_OUT), occasion="missing 1", at=at)
    assert not tell_company(COMPANY, "T", Letter(EboxKind.MISSING_CHECK_OUT), occasion="missing 2", at=at)
    assert [one.occasion for one in EboxDocument.objects.all()] == [f"missing 1, company {COMPANY}"]


def test_the_worker_is_told_to_tell_the_employer_and_nobody_of_days_that_a_rule_has(counter: Counter):
    make_entity(company=COMPANY)
    counter(an_event())
    person = let_the_worker_have_an_ebox()
    flag(counter, 17 * HOUR)
    tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR)
    own, companys = EboxDocument.objects.get(person_id=person), EboxDocument.objects.get(person_id=None)
    assert "Tell your employer" in own.bodies["en"]
    assert "Missing check-outs" in companys.bodies["en"]
    assert not [body for one in (own, companys) for body in one.bodies.values() if "30" in body]


def test_the_employer_is_told_of_what_is_missing_later_in_the_hour_too(counter: Counter):
    entity = make_entity(company=COMPANY)
    counter(an_event(), an_event(at=CAME + HOUR / 6, worker=Worker(inss="90231512323")))
    told = []
    for after in (16 * HOUR + HOUR / 12, 16 * HOUR + HOUR / 4):
        flag(counter, after)
        told.append(tell_of_missing_outs(limits=LIMITS, at=CAME + after).spells)
    assert told == [1, 1]
    assert EboxDocument.objects.filter(entity_id=entity.pk).count() == 2


def test_the_second_check_out_that_is_missing_in_one_spell_is_told_too(counter: Counter):
    counter(an_event(at=CAME - 5 * HOUR), received_at=CAME - 5 * HOUR)
    let_the_worker_have_an_ebox()
    flag(counter, 12 * HOUR)
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 12 * HOUR).spells == 1
    counter(an_event(), received_at=CAME + 12 * HOUR)
    counter(an_event(at=CAME - HOUR, type="OUT"), received_at=CAME + 13 * HOUR)
    flag(counter, 17 * HOUR)
    assert [spell.state for spell in Spell.objects.all()] == ["MISSING_OUT"]
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 1
    assert EboxDocument.objects.filter(person_id__isnull=False).count() == 2


@pytest.fixture
def came_again(counter: Counter) -> Counter:
    """A worker who came at CAME less twelve hours, did not check out, and came to the same place at CAME."""
    evening = CAME - 12 * HOUR
    counter(an_event(at=evening), received_at=evening)
    counter(an_event(), received_at=CAME)
    return counter


def spells() -> list[tuple[str, int]]:
    """Return each spell with the hours from CAME to its begin."""
    return [(one.state, (one.started_at - CAME) // HOUR) for one in Spell.objects.order_by("started_at")]


def test_who_came_again_before_time_gave_him_up_is_at_work_since_then(came_again: Counter):
    assert (flag(came_again, 4 * HOUR), spells()) == (0, [("OPEN", -12)])
    assert flag(came_again, 5 * HOUR) == 1
    assert spells() == [("MISSING_OUT", -12), ("OPEN", 0)]
    assert [row.remarks for row in Presence.objects.order_by("event_at")] == [["MISSING_OUT"], ["IN_WHILE_IN"]]
    assert {(one.is_of_upgrade, one.work_place) for one in RevalidationRequest.objects.all()} == {(False, "")}


def test_the_check_out_of_who_came_again_ends_the_second_work(came_again: Counter):
    left = CAME + 5 * HOUR
    came_again(an_event(at=left, type="OUT"), received_at=left)
    assert Presence.objects.get(event_type="OUT").remarks == []
    assert [flag(came_again, after * HOUR) for after in (5, 20)] == [1, 0]
    assert spells() == [("MISSING_OUT", -12), ("ENDED", 0)]


def test_each_of_two_check_outs_that_are_missing_at_one_place_is_told_once(came_again: Counter):
    let_the_worker_have_an_ebox()
    told = []
    for after in (5, 6, 17, 18):
        flag(came_again, after * HOUR)
        told.append(tell_of_missing_outs(limits=LIMITS, at=CAME + after * HOUR).spells)
    assert (told, spells()) == ([1, 0, 1, 0], [("MISSING_OUT", -12), ("MISSING_OUT", 0)])


def test_who_came_again_and_was_seen_elsewhere_misses_both_check_outs_in_time(came_again: Counter):
    a_work_place(number=ELSEWHERE, sector="CLEANING")
    came_again(an_event(at=RECEIVED, work_place_id=ELSEWHERE), received_at=RECEIVED)
    assert spells() == [("MISSING_OUT", -12), ("OPEN", 0)]
    assert [flag(came_again, after * HOUR) for after in (4, 5, 5)] == [0, 1, 0]
    assert spells() == [("MISSING_OUT", -12), ("MISSING_OUT", 0), ("OPEN", 0)]


def test_a_correction_of_the_first_work_leaves_the_second_one_its_own(came_again: Counter):
    flag(came_again, 5 * HOUR)
    came_again(an_event(at=CAME - 10 * HOUR, type="OUT"), received_at=CAME + 5 * HOUR)
    assert spells() == [("ENDED", -12), ("OPEN", 0)]
    assert {said for row in Presence.objects.all() for said in row.remarks} <= {"LATE"}


def test_what_is_made_anew_from_the_events_is_what_time_made(came_again: Counter):
    flag(came_again, 5 * HOUR)
    before = list(Spell.objects.order_by("started_at").values())
    Spell.objects.all().delete()
    person = Presence.objects.values_list("person_id", flat=True)[0]
    rebuild_person(person, environment=R, limits=came_again.limits, at=CAME + 5 * HOUR)
    assert list(Spell.objects.order_by("started_at").values()) == before


def test_nobody_is_written_to_of_what_was_missing_longer_ago_than_can_be_put_right(counter: Counter):
    counter(an_event())
    flag(counter, 17 * HOUR)
    day = timedelta(days=1)
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 32 * day).spells == 0
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 30 * day).spells == 1


def claimed_elsewhere(counter: Counter, **deviation: datetime) -> None:
    """Let him come at CAME, and be elsewhere a minute later, as another company says of somebody from a firm abroad."""
    counter(an_event(), **deviation)
    claim = an_event(at=RECEIVED, work_place_id=ELSEWHERE, employer=Employer(foreign_vat="PL5260250274"))
    counter(claim, enterprise_number=STRANGER, **deviation)


@pytest.mark.parametrize(("after", "told"), [(HOUR, 0), (16 * HOUR, 0), (16 * HOUR + timedelta(seconds=1), 1)])
def test_nobody_is_told_of_what_another_company_cut_short_while_a_check_out_may_end_it(counter: Counter, after, told):
    claimed_elsewhere(counter)
    assert Spell.objects.get(work_place=CLEANING_SITE).state == "MISSING_OUT"
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + after).spells == told


def test_nobody_is_told_before_of_somebody_whom_his_own_company_saw_elsewhere(counter: Counter):
    a_work_place(number="1Y1003TESTC9Z", sector="CLEANING")
    counter(an_event(), an_event(at=RECEIVED, work_place_id="1Y1003TESTC9Z"))
    told = [tell_of_missing_outs(limits=LIMITS, at=CAME + hours * HOUR).spells for hours in (1, 16, 17)]
    assert told == [0, 0, 1]


def test_his_check_out_of_the_evening_is_missing_to_nobody(counter: Counter):
    """It ends what an IN elsewhere cut short in the morning (decision 0070), and no letter went before."""
    claimed_elsewhere(counter)
    let_the_worker_have_an_ebox()
    for hours in (1, 4, 8):
        assert tell_of_missing_outs(limits=LIMITS, at=CAME + hours * HOUR).spells == 0
    counter(an_event(at=CAME + 9 * HOUR, type="OUT"), received_at=CAME + 9 * HOUR)
    assert Spell.objects.get(work_place=CLEANING_SITE).state == "ENDED"
    assert tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR).spells == 0
    assert not EboxDocument.objects.exists()


@pytest.mark.parametrize(("minutes", "told"), [(39, 0), (40, 1)])
def test_who_was_seen_elsewhere_by_a_backlog_is_told_once_the_rest_of_it_had_time(counter: Counter, minutes, told):
    filed = RECEIVED + 15.5 * HOUR
    claimed_elsewhere(counter, at=filed)
    assert tell_of_missing_outs(limits=LIMITS, at=filed + timedelta(minutes=minutes)).spells == told


def test_a_sender_of_files_is_told_that_a_check_out_is_missing(counter: Counter):
    counter(an_event(), channel=ClockingChannel.BATCH)
    flag(counter, 17 * HOUR)
    notice = ValidityNotice.objects.get()
    assert (notice.sender, notice.number) == ("123456", Presence.objects.get().number)
    assert (notice.status, notice.remarks) == ("REGISTERED", ["MISSING_OUT"])


def test_a_sender_of_files_is_told_that_a_remark_went(counter: Counter):
    """The OUT came first: its IN takes the remark away, and the official ones stay beside it."""
    counter(an_event(at=RECEIVED, type="OUT"), channel=ClockingChannel.BATCH)
    Presence.objects.update(status="FAILED", remarks=["DIMONA_NOT_OK", "OUT_WITHOUT_IN"])
    counter(an_event(), received_at=RECEIVED + HOUR / 6)
    notice = ValidityNotice.objects.get()
    assert (notice.status, notice.remarks) == ("FAILED", ["DIMONA_NOT_OK"])


def test_what_a_validation_remarks_between_reading_and_writing_stays(counter: Counter):
    (outcome,) = counter(an_event(), channel=ClockingChannel.BATCH)
    person, at = outcome.registration.person_id, CAME + 17 * HOUR
    histories = read_around({person: Concerned([CAME])}, environment=R, limits=counter.limits.days)
    changed = as_time_made_it(histories[person], limits=counter.limits, at=at)
    Presence.objects.update(status="FAILED", remarks=["DIMONA_NOT_OK"])
    write_changes({person: changed}, histories, environment=R, at=at)
    for row in (Presence.objects.get(), ValidityNotice.objects.get()):
        assert (row.status, set(row.remarks)) == ("FAILED", {"DIMONA_NOT_OK", "MISSING_OUT"})


def test_who_brings_events_by_the_web_service_gets_no_notices(counter: Counter):
    counter(an_event())
    flag(counter, 17 * HOUR)
    assert not ValidityNotice.objects.exists()


def test_a_late_out_closes_nothing(counter: Counter):
    counter(an_event())
    flag(counter, 17 * HOUR)
    counter(an_event(at=CAME + 18 * HOUR, type="OUT"), received_at=CAME + 18 * HOUR)
    assert Spell.objects.get().state == "MISSING_OUT"
    assert Presence.objects.get(event_type="OUT").remarks == ["OUT_WITHOUT_IN"]


def test_a_projection_that_went_wrong_is_mended_by_the_way(counter: Counter):
    counter(an_event(), an_event(at=RECEIVED, type="OUT"))
    Spell.objects.update(state="OPEN", ended_at=None, last_in_at=CAME)
    flag(counter, 17 * HOUR)
    assert Spell.objects.get().state == "ENDED"


def test_the_projection_can_be_made_anew_from_the_events(counter: Counter):
    counter(an_event(), an_event(at=RECEIVED, type="OUT"))
    before = list(Spell.objects.values())
    Spell.objects.all().delete()
    rebuild_person(Presence.objects.first().person_id, environment=R, limits=counter.limits, at=RECEIVED)
    assert list(Spell.objects.values()) == before
    assert before[0]["work_place"] == CLEANING_SITE


def test_an_employer_is_told_once_in_a_run_however_many_are_missing(counter: Counter):
    make_entity(company=COMPANY)
    for worker in (ANN, Worker(inss="05011512353"), Worker(inss=insz(850_115_124, born_from_2000=False))):
        counter(an_event(worker=worker))
    flag(counter, 17 * HOUR)
    told = tell_of_missing_outs(limits=LIMITS, at=CAME + 17 * HOUR, at_once=1)
    assert (told.spells, told.employers) == (3, 1)
    assert EboxDocument.objects.count() == 1
    events = AuditEvent.objects.filter(action="presence:missing-outs-told").order_by("pk")
    assert [event.detail["employers"] for event in events] == [1, 0, 0]
