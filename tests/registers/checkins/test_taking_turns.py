"""Validations keep out of each other's way, and no source changes while registrations are judged by it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from threading import Event as ThreadEvent

import pytest
from django.db import connection, transaction

from domain.environments import Environment
from registers.checkins.feeding_sources import close_source
from registers.checkins.models import Presence, ReferenceSource, RevalidationRequest, SourceName
from registers.checkins.taking_turns import keep_sources, searching_alone, validating_alone
from registers.checkins.upkeep import find_missing_outs, validate_all
from registers.checkins.validating import ask_again
from registers.persons.numbers import PersonKeys
from tests.checkin_items import COMPANY, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter
from tests.registers.checkins.feeding import feeder
from tests.registers.checkins.test_races_of_checkins import racing  # noqa: F401 - a fixture
from tests.waiting import wait_for

R, T = Environment.PRODUCTION, Environment.TEST
HOUR = timedelta(hours=1)


@contextmanager
def elsewhere(hold: Callable[[], AbstractContextManager[object]]) -> Iterator[None]:
    """Have another connection be within it meanwhile."""
    is_held, is_over = Barrier(2), ThreadEvent()

    def be_within() -> None:
        try:
            with hold():
                is_held.wait(timeout=30)
                is_over.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(be_within)
        try:
            is_held.wait(timeout=30)
            yield
        finally:
            is_over.set()
        holding.result(timeout=30)


def validate(keys: PersonKeys):
    return validate_all(keys=lambda: keys, now=lambda: RECEIVED + HOUR)


def test_one_validation_of_an_environment_runs_at_a_time(racing: Counter, keys: PersonKeys):  # noqa: F811
    racing(an_event())
    ask_again(environment=R, at=RECEIVED, employers=[COMPANY])
    with elsewhere(lambda: validating_alone(R)):
        done = validate(keys)
        assert done["environments left to another validation that runs"] == 1
        assert done["validations of registrations"] == 0
        assert RevalidationRequest.objects.filter(done_at=None).count() == 1
    done = validate(keys)
    assert "environments left to another validation that runs" not in done
    assert Presence.objects.get().status == "FAILED"


def test_a_validation_of_another_environment_is_in_nobodys_way(racing: Counter, keys: PersonKeys):  # noqa: F811
    racing(an_event())
    with elsewhere(lambda: validating_alone(T)):
        validate(keys)
    assert Presence.objects.get().status == "FAILED"


def test_one_search_for_missing_check_outs_runs_at_a_time(racing: Counter):  # noqa: F811
    racing(an_event())
    late = {"limits": racing.limits, "at": RECEIVED + 17 * HOUR}
    with elsewhere(searching_alone):
        done = find_missing_outs(**late)
    assert (done["missing check-outs"], done["searches left to another that runs"]) == (0, 1)
    assert find_missing_outs(**late)["missing check-outs"] == 1


def test_a_validation_that_fails_leaves_the_next_one_its_turn(racing: Counter):  # noqa: F811
    with pytest.raises(ZeroDivisionError), validating_alone(R):
        _ = 1 / 0
    with elsewhere(lambda: validating_alone(R)):
        pass


@contextmanager
def judging() -> Iterator[None]:
    with transaction.atomic():
        keep_sources(R)
        yield


def test_a_source_stays_as_it_is_until_what_is_judged_by_it_is_written(
    racing: Counter,  # noqa: F811
    keys: PersonKeys,
    tmp_path: Path,
):
    feeder(keys, tmp_path)(SourceName.COMPANIES, f"{COMPANY},2020-01-01,")

    def close() -> bool:
        try:
            return close_source(SourceName.COMPANIES, environment=R, actor="test", at=RECEIVED)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with judging():
            closing = threads.submit(close)
            assert wait_for(1)
            assert ReferenceSource.objects.exists()
        assert closing.result(timeout=30)


def test_nobody_judges_by_a_source_that_is_being_changed(racing: Counter, keys: PersonKeys, tmp_path: Path):  # noqa: F811
    racing(an_event())
    feed = feeder(keys, tmp_path)

    def run():
        try:
            return validate(keys)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            feed(SourceName.COMPANIES, "0400767772,2020-01-01,")
            validation = threads.submit(run)
            assert wait_for(1)
        validation.result(timeout=30)
    assert "COMPANY_NOT_EXISTING" in Presence.objects.get().remarks
