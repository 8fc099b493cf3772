"""What an older fold or the move of a migration left is folded anew after the upgrade, until all is done."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from domain.checkins.items import Worker
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.checkins.models import Presence, RevalidationRequest, SourceMark, Spell, ValidityNotice
from registers.checkins.refolding import FoldedAhead, refold_ahead, refold_older
from registers.checkins.upkeep import find_missing_outs
from registers.persons.models import Person
from tests.checkin_items import ANN, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter, a_work_place

R = Environment.PRODUCTION
BEN, CLEO = Worker(inss="05011512353"), Worker(inss="90231512323")
HOUR = timedelta(hours=1)
DUE = RECEIVED + 17 * HOUR
ELSEWHERE = "1Y1003TESTC9Z"
GIVEN = import_module("registers.checkins.migrations.0025_nobody_who_is_another").GIVEN
MARK = import_module("registers.checkins.migrations.0028_folded_anew").MARK
MARK_ANEW = import_module("registers.checkins.migrations.0045_ended_after_all").MARK
MARK_OF_NOW = import_module("registers.checkins.migrations.0059_come_again").MARK


@pytest.fixture
def counter(counter: Counter) -> Counter:
    """Return a counter at which Ann, Ben and Cleo are known, in this order, with one work place more."""
    a_work_place(number=ELSEWHERE, sector="CLEANING")
    for worker in (ANN, BEN, CLEO):
        counter.aliases.find_or_create([worker], at=RECEIVED)
    return counter


def person_of(counter: Counter, worker: Worker) -> int:
    return counter.aliases.find([worker])[worker].person_id


def bring_up_to_date(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in (*statements, MARK):
            cursor.execute(statement)


def refold(counter: Counter, **parts: int) -> int | None:
    return refold_older(environment=R, limits=counter.limits, at=RECEIVED + HOUR, **parts)


def file_two_of_one_instant(counter: Counter, worker: Worker = ANN, **deviation) -> None:
    """File a check-in elsewhere and the check-out before it, of one instant, in the order that an older fold took them."""
    events = (
        an_event(worker=worker, at=RECEIVED - HOUR / 8),
        an_event(worker=worker, work_place_id=ELSEWHERE),
        an_event(worker=worker, type="OUT"),
    )
    counter(*events, **deviation)


def spoil(counter: Counter, worker: Worker = ANN) -> None:
    """Leave the spells and remarks of before, and one of which no fold knows any more."""
    person = person_of(counter, worker)
    first = Spell.objects.filter(person_id=person).order_by("started_at")[0]
    Spell.objects.filter(person_id=person, first_in=first.first_in).update(state="MISSING_OUT", ended_at=None)
    row = Spell.objects.filter(person_id=person, first_in=first.first_in).values().get()
    Spell.objects.create(**{**row, "first_in": row["first_in"] + 100, "state": "MISSING_OUT", "ended_at": None})
    Presence.objects.filter(person_id=person, event_type="OUT").update(remarks=["OUT_WITHOUT_IN"])
    Presence.objects.filter(person_id=person, work_place=ELSEWHERE).update(remarks=["OPEN_ELSEWHERE"])


def leave_elsewhere(counter: Counter) -> None:
    """Let Ann go home from where she went, so that nothing but what an older fold missed falls due."""
    counter(an_event(work_place_id=ELSEWHERE, type="OUT", at=RECEIVED + HOUR), received_at=RECEIVED + HOUR)


def states_of(counter: Counter, worker: Worker = ANN) -> list[str]:
    own = Spell.objects.filter(person_id=person_of(counter, worker))
    return list(own.order_by("started_at", "first_in").values_list("state", flat=True))


def written() -> list[tuple[object, ...]]:
    """Return where the rows of spells and registrations lie: one that is written anew lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text, first_in FROM checkins_spell UNION ALL SELECT ctid::text, number FROM checkins_presence ORDER BY 2, 1"
        )
        return cursor.fetchall()


def remarks() -> set[str]:
    return {said for row in Presence.objects.all() for said in row.remarks}


def test_a_check_out_of_the_instant_of_a_check_in_elsewhere_is_missing_no_more(counter: Counter):
    file_two_of_one_instant(counter)
    before = list(Spell.objects.order_by("first_in").values())
    spoil(counter)
    bring_up_to_date()
    assert refold(counter) == 1
    assert list(Spell.objects.order_by("first_in").values()) == before
    assert (states_of(counter), remarks()) == (["ENDED", "OPEN"], set())


@pytest.mark.parametrize("settled", [None, 10_000])
def test_a_check_out_after_a_check_in_elsewhere_ends_what_an_older_fold_missed(counter: Counter, settled):
    """The fold of an earlier upgrade may be done with that person already."""
    counter(
        an_event(at=RECEIVED - HOUR), an_event(work_place_id=ELSEWHERE, at=RECEIVED - HOUR / 2), an_event(type="OUT")
    )
    before = list(Spell.objects.order_by("first_in").values())
    spoil(counter)
    if settled is not None:
        SourceMark.objects.create(environment=R, source="folds", seen_until=RECEIVED, settled_below=settled)
    with connection.cursor() as cursor:
        cursor.execute(MARK_ANEW)
    assert refold(counter) == 1
    assert list(Spell.objects.order_by("first_in").values()) == before
    assert states_of(counter) == ["ENDED", "OPEN"]


def test_who_came_again_to_one_place_has_the_second_work_that_an_older_fold_lost(counter: Counter):
    came, again, left = RECEIVED - 20 * HOUR, RECEIVED - 8 * HOUR, RECEIVED - HOUR
    for event in (an_event(at=came), an_event(at=again), an_event(at=left, type="OUT")):
        counter(event, received_at=event.at)
    before = list(Spell.objects.order_by("first_in").values())
    person = person_of(counter, ANN)
    Spell.objects.filter(person_id=person, started_at=again).delete()
    Presence.objects.filter(person_id=person, event_type="OUT").update(remarks=["OUT_WITHOUT_IN"])
    with connection.cursor() as cursor:
        cursor.execute(MARK_OF_NOW)
    assert refold(counter) == 1
    assert list(Spell.objects.order_by("first_in").values()) == before
    assert (states_of(counter), remarks()) == (["MISSING_OUT", "ENDED"], {"MISSING_OUT", "IN_WHILE_IN"})


def test_a_sender_of_files_is_told_of_remarks_that_an_older_fold_made(counter: Counter):
    file_two_of_one_instant(counter, channel=ClockingChannel.BATCH)
    spoil(counter)
    bring_up_to_date()
    refold(counter)
    assert [notice.remarks for notice in ValidityNotice.objects.all()] == [[], []]


def test_what_was_given_to_who_is_left_makes_one_day_and_is_validated_again(counter: Counter):
    counter(an_event(worker=BEN, at=RECEIVED - HOUR / 8), an_event(type="OUT"))
    kept = person_of(counter, ANN)
    Person.objects.filter(pk=person_of(counter, BEN)).update(merged_into=kept)
    bring_up_to_date(GIVEN)
    assert remarks() == {"OUT_WITHOUT_IN"}
    assert refold(counter) == 1
    assert (states_of(counter), remarks()) == (["ENDED"], set())
    assert {(one.person_id, one.is_of_upgrade) for one in RevalidationRequest.objects.all()} == {(kept, True)}


def test_what_was_given_to_who_is_left_is_validated_again_also_where_it_makes_the_same_days(counter: Counter):
    counter(an_event(worker=BEN, at=RECEIVED - HOUR / 8), an_event(worker=BEN, type="OUT"))
    kept = person_of(counter, ANN)
    Person.objects.filter(pk=person_of(counter, BEN)).update(merged_into=kept)
    bring_up_to_date(GIVEN)
    assert refold(counter) == 0
    assert [one.person_id for one in RevalidationRequest.objects.all()] == [kept]


def test_whose_days_are_as_they_were_is_neither_written_nor_validated_again(counter: Counter):
    file_two_of_one_instant(counter, channel=ClockingChannel.BATCH)
    before = written()
    bring_up_to_date()
    assert refold(counter) == 0
    assert written() == before
    assert not RevalidationRequest.objects.exists()


def test_who_works_with_breaks_is_as_he_was(counter: Counter):
    counter(
        an_event(at=RECEIVED - HOUR / 8),
        an_event(type="OUT", at=RECEIVED - HOUR / 9),
        an_event(at=RECEIVED - HOUR / 10),
        an_event(type="OUT", at=RECEIVED - HOUR / 10),
    )
    before = written()
    assert Spell.objects.get().breaks
    bring_up_to_date()
    assert refold(counter) == 0
    assert written() == before


def test_only_what_becomes_otherwise_is_validated_again_and_behind_what_changes(counter: Counter):
    file_two_of_one_instant(counter)
    file_two_of_one_instant(counter, BEN)
    spoil(counter)
    bring_up_to_date()
    assert refold(counter) == 1
    asked = [(one.person_id, one.is_of_upgrade) for one in RevalidationRequest.objects.all()]
    assert asked == [(person_of(counter, ANN), True)]


def test_what_two_had_alike_who_became_a_third_one_is_given_twice(counter: Counter):
    counter(an_event(), an_event(worker=BEN), an_event(type="OUT", at=RECEIVED, worker=CLEO))
    kept = person_of(counter, CLEO)
    Person.objects.exclude(pk=kept).update(merged_into=kept)
    bring_up_to_date(GIVEN)
    alike = Presence.objects.filter(event_type="IN").order_by("number")
    assert [(one.person_id, one.slot > 0) for one in alike] == [(kept, False), (kept, True)]
    assert refold(counter) == 1
    assert (states_of(counter, CLEO), remarks()) == (["ENDED"], set())


def test_whoever_has_no_two_events_of_one_instant_is_left_alone(counter: Counter):
    counter(an_event(at=RECEIVED - HOUR / 8), an_event(type="OUT"))
    bring_up_to_date()
    assert refold(counter) == 0
    assert not RevalidationRequest.objects.exists()


def test_a_backlog_is_done_in_parts_and_ends(counter: Counter):
    for worker in (ANN, BEN):
        file_two_of_one_instant(counter, worker)
        spoil(counter, worker)
    bring_up_to_date()
    assert refold(counter, persons_a_run=1, persons_at_once=1) == 1
    assert (states_of(counter), states_of(counter, BEN)) == (["ENDED", "OPEN"], ["MISSING_OUT", "MISSING_OUT", "OPEN"])
    file_two_of_one_instant(counter, CLEO)
    assert [refold(counter, persons_a_run=1, persons_at_once=1) for _ in range(4)] == [1, 0, 0, None]
    assert states_of(counter, BEN) == ["ENDED", "OPEN"]
    assert not SourceMark.objects.filter(environment=R).exists()


def test_where_nothing_is_registered_nothing_is_folded_anew(counter: Counter):
    bring_up_to_date()
    assert refold(counter) is None


def test_the_search_for_missing_check_outs_folds_anew_and_says_so_until_it_is_done(counter: Counter):
    file_two_of_one_instant(counter)
    spoil(counter)
    bring_up_to_date()
    done = [find_missing_outs(limits=counter.limits, at=RECEIVED + HOUR) for _ in range(2)]
    assert [one.get("persons whose days were folded anew") for one in done] == [1, None]


def test_nobody_is_told_of_a_check_out_that_an_older_fold_missed(counter: Counter):
    file_two_of_one_instant(counter)
    leave_elsewhere(counter)
    spoil(counter)
    bring_up_to_date()
    done = find_missing_outs(limits=counter.limits, at=DUE)
    assert done["missing check-outs told of"] == 0
    assert not AuditEvent.objects.filter(action="presence:missing-outs-told").exists()
    assert not Spell.objects.filter(told_at__isnull=False).exists()


def test_whose_turn_is_over_is_not_folded_ahead_of_it(counter: Counter):
    file_two_of_one_instant(counter)
    spoil(counter)
    bring_up_to_date()
    SourceMark.objects.filter(environment=R).update(settled_below=person_of(counter, ANN))
    ahead = refold_ahead(lambda: [person_of(counter, ANN)], environment=R, limits=counter.limits, at=RECEIVED + HOUR)
    assert ahead == FoldedAhead()
    assert "MISSING_OUT" in states_of(counter)


def test_as_many_are_folded_ahead_as_a_run_may_have_and_the_others_wait(counter: Counter):
    for worker in (ANN, BEN):
        file_two_of_one_instant(counter, worker)
        spoil(counter, worker)
    bring_up_to_date()
    ann, ben = (person_of(counter, worker) for worker in (ANN, BEN))
    parts = {"environment": R, "limits": counter.limits, "at": RECEIVED + HOUR, "persons_a_run": 1}
    assert refold_ahead(lambda: {ben, ann}, **parts) == FoldedAhead(1, frozenset({ben}))
    assert (states_of(counter), states_of(counter, BEN)) == (["ENDED", "OPEN"], ["MISSING_OUT", "MISSING_OUT", "OPEN"])
    assert refold_ahead(lambda: {ben}, **parts) == FoldedAhead(1)


def test_who_has_nothing_to_fold_waits_for_no_other(counter: Counter):
    counter(an_event(worker=CLEO))
    for worker in (ANN, BEN):
        file_two_of_one_instant(counter, worker)
    bring_up_to_date()
    ann, ben, cleo = (person_of(counter, worker) for worker in (ANN, BEN, CLEO))
    parts = {"environment": R, "limits": counter.limits, "at": RECEIVED + HOUR, "persons_a_run": 0}
    assert refold_ahead(lambda: {cleo, ben, ann}, **parts).left == {ann, ben}


def test_the_search_for_missing_check_outs_says_who_waits_and_tells_him_of_nothing(counter: Counter, monkeypatch):
    file_two_of_one_instant(counter)
    leave_elsewhere(counter)
    spoil(counter)
    bring_up_to_date()
    waiting = FoldedAhead(0, frozenset({person_of(counter, ANN)}))
    monkeypatch.setattr("registers.checkins.upkeep.refold_ahead", lambda *_persons, **_parts: waiting)
    done = find_missing_outs(limits=counter.limits, at=DUE)
    assert (done["missing check-outs told of"], done["persons to be told once their days are folded anew"]) == (0, 1)


def test_whose_check_out_is_missing_is_told_at_once_while_others_are_folded_anew(counter: Counter):
    counter(an_event(worker=CLEO, at=RECEIVED - HOUR / 8))
    file_two_of_one_instant(counter)
    leave_elsewhere(counter)
    bring_up_to_date()
    assert find_missing_outs(limits=counter.limits, at=DUE)["missing check-outs told of"] == 1


def test_without_a_mark_nobody_is_looked_for(counter: Counter):
    file_two_of_one_instant(counter)
    asked = []
    refold_ahead(lambda: asked.append(True) or [], environment=R, limits=counter.limits, at=RECEIVED + HOUR)
    assert not asked


def test_who_cannot_be_folded_stops_nobody_from_being_told_and_is_told_of_nothing(
    counter: Counter, monkeypatch, caplog
):
    counter(an_event(worker=CLEO, at=RECEIVED - HOUR / 8))
    file_two_of_one_instant(counter)
    leave_elsewhere(counter)
    spoil(counter)
    bring_up_to_date()
    monkeypatch.setattr("registers.checkins.refolding.rebuild_person", fail)
    with pytest.raises(ValueError, match="no such remark"):
        find_missing_outs(limits=counter.limits, at=DUE)
    told = Spell.objects.filter(told_at__isnull=False)
    assert [spell.person_id for spell in told] == [person_of(counter, CLEO)]
    assert f"days not folded anew person={person_of(counter, ANN)}" in caplog.text


def fail(*_persons: int, **_parts: object) -> bool:
    message = "no such remark"
    raise ValueError(message)
