"""Limits on attempts: how many within what time, and that parallel attempts count together."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from structlog.testing import capture_logs

from auth.locksmith import Locksmith
from auth.models import CountedAttempt
from auth.refusals import TooManyAttemptsError
from auth.throttles import RATES, Claim, give_back, purge_attempts, reserve, source_of
from domain.refusals import OutageError
from domain.sign_in_limits import Rate, Scope
from tests.auth.builders import NOON, a_locksmith

SOURCE = Claim(Scope.LOGIN_SOURCE, "192.0.2.7")
ELS = Claim(Scope.LOGIN_USER, "els")


def fill(claim: Claim, how_many: int, locksmith: Locksmith, at=NOON) -> None:
    for _ in range(how_many):
        reserve([claim], locksmith=locksmith, at=at)


@pytest.mark.django_db
def test_the_eleventh_attempt_in_five_minutes_is_refused(locksmith: Locksmith):
    fill(ELS, 10, locksmith)

    with pytest.raises(TooManyAttemptsError) as refused:
        reserve([ELS], locksmith=locksmith, at=NOON + timedelta(minutes=4))
    assert refused.value.retry_after == 61


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ([ELS, SOURCE], {"event": "throttle:login.user", "source": "192.0.2.7", "login": None}),
        ([Claim(Scope.CODE_USER, "7"), SOURCE], {"event": "throttle:code.user", "source": "192.0.2.7", "login": "7"}),
        ([Claim(Scope.MAIL_USER, "7")], {"event": "throttle:mail.user", "source": None, "login": "7"}),
        ([SOURCE], {"event": "throttle:login.source", "source": "192.0.2.7", "login": None}),
        ([Claim(Scope.LOGIN_ALL)], {"event": "throttle:login.all", "source": None, "login": None}),
    ],
)
@pytest.mark.django_db
def test_a_limit_that_is_reached_is_told_with_source_and_login_and_no_name(
    locksmith: Locksmith, settings, claims: list[Claim], told: dict[str, object]
):
    fewer = {claims[0].scope: (Rate(1, timedelta(minutes=5)),)}
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, attempts=fewer)
    reserve(claims, locksmith=locksmith, at=NOON)

    with capture_logs() as logs, pytest.raises(TooManyAttemptsError):
        reserve(claims, locksmith=locksmith, at=NOON)
    assert logs == [told | {"log_level": "warning"}]


@pytest.mark.django_db
def test_attempts_count_no_more_after_their_time(locksmith: Locksmith):
    fill(ELS, 10, locksmith)

    reserve([ELS], locksmith=locksmith, at=NOON + timedelta(minutes=5))


@pytest.mark.django_db
def test_the_time_slides_so_that_no_edge_lets_twice_as_many_pass(locksmith: Locksmith):
    fill(ELS, 5, locksmith, at=NOON + timedelta(minutes=4))
    fill(ELS, 5, locksmith, at=NOON + timedelta(minutes=6))

    with pytest.raises(TooManyAttemptsError):
        reserve([ELS], locksmith=locksmith, at=NOON + timedelta(minutes=6))


@pytest.mark.django_db
def test_one_user_does_not_count_for_another(locksmith: Locksmith):
    fill(ELS, 10, locksmith)

    reserve([Claim(Scope.LOGIN_USER, "jan")], locksmith=locksmith, at=NOON)


@pytest.mark.django_db
def test_what_succeeded_is_given_back(locksmith: Locksmith):
    for _ in range(20):
        give_back(reserve([ELS], locksmith=locksmith, at=NOON))


@pytest.mark.django_db
def test_nothing_is_counted_when_one_of_several_limits_is_reached(locksmith: Locksmith):
    fill(ELS, 10, locksmith)
    source = Claim(Scope.LOGIN_SOURCE, "192.0.2.7")

    with pytest.raises(TooManyAttemptsError):
        reserve([source, ELS], locksmith=locksmith, at=NOON)
    assert CountedAttempt.objects.filter(scope=Scope.LOGIN_SOURCE).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("step", "most"), [(timedelta(seconds=61), 20), (timedelta(minutes=20), 50)])
def test_codes_are_also_limited_by_the_hour_and_by_the_day(locksmith: Locksmith, step: timedelta, most: int):
    claim, at = Claim(Scope.CODE_USER, "7"), NOON
    for _ in range(most):
        reserve([claim], locksmith=locksmith, at=at)
        at += step

    with pytest.raises(TooManyAttemptsError):
        reserve([claim], locksmith=locksmith, at=at)


def test_the_limits_are_those_that_are_documented():
    minutes = timedelta(minutes=5)

    assert RATES[Scope.LOGIN_USER] == RATES[Scope.LOGIN_SOURCE] == (Rate(10, minutes),)
    assert RATES[Scope.LOGIN_ALL] == (Rate(1000, minutes),)
    assert RATES[Scope.CODE_USER] == (Rate(5, minutes), Rate(20, timedelta(hours=1)), Rate(50, timedelta(days=1)))


@pytest.mark.django_db
def test_the_table_holds_no_name(locksmith: Locksmith):
    reserve([ELS], locksmith=locksmith, at=NOON)

    assert b"els" not in bytes(CountedAttempt.objects.get().key_hash)


@pytest.mark.django_db
def test_attempts_are_purged_after_a_day(locksmith: Locksmith):
    reserve([ELS], locksmith=locksmith, at=NOON)

    assert purge_attempts(now=NOON + timedelta(days=1)) == 0
    assert purge_attempts(now=NOON + timedelta(days=1, seconds=1)) == 1


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_ipv6_source_counts_as_its_network(address: str, source: str):
    assert source_of(address) == source


def test_a_request_without_an_address_is_our_trouble():
    with pytest.raises(OutageError):
        source_of("")


@pytest.mark.django_db(transaction=True)
def test_no_more_pass_than_the_limit_however_many_come_at_once():
    locksmith = a_locksmith()

    def attempt(_: int) -> bool:
        try:
            reserve([ELS, Claim(Scope.LOGIN_ALL)], locksmith=locksmith, at=NOON)
        except TooManyAttemptsError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(24)))

    assert sum(passed) == 10


@pytest.mark.django_db
def test_a_rate_of_the_settings_takes_the_place_of_the_usual_one(locksmith: Locksmith, settings):
    fewer = {Scope.CODE_USER: (Rate(2, timedelta(minutes=1)),)}
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, attempts=fewer)
    for _ in range(2):
        reserve([Claim(Scope.CODE_USER, "els")], locksmith=locksmith, at=NOON)
    with pytest.raises(TooManyAttemptsError):
        reserve([Claim(Scope.CODE_USER, "els")], locksmith=locksmith, at=NOON)
