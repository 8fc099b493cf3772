"""Who showed a token a moment ago is let in at once, and nothing is done for a token that ended meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from channels.models import AccessToken, SenderChannel, SenderState, TechnicalUserState
from channels.web.remembered_callers import RememberedCallers
from channels.web.tokens import find_caller
from tests.web.check_in_door import NOON, Door, an_event, open_door

REGISTER = "/api/v1/presenceRegistrations/registerInBulk"


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        assert register(door).status_code == 200
        yield door


def register(door: Door, **options: object):
    return door.ask("POST", REGISTER, json={"items": [an_event()]}, **options)


def end_token(door: Door) -> None:
    AccessToken.objects.all().delete()


def let_time_pass(door: Door) -> None:
    door.clock.instant = NOON + timedelta(minutes=11)


def revoke_client(door: Door) -> None:
    door.client.state = "REVOKED"
    door.client.save()


def stop_user(door: Door) -> None:
    door.sender.technical_user.state = TechnicalUserState.REMOVED
    door.sender.technical_user.save()


def close_channel(door: Door) -> None:
    SenderChannel.objects.all().delete()


def suspend_sender(door: Door) -> None:
    door.sender.state, door.sender.suspended_by = SenderState.SUSPENDED, "COMPANY"
    door.sender.save()


@pytest.mark.parametrize(
    ("happens", "status", "problem"),
    [
        (end_token, 401, "token-invalid"),
        (let_time_pass, 401, "token-invalid"),
        (revoke_client, 401, "token-invalid"),
        (stop_user, 401, "token-invalid"),
        (close_channel, 403, "channel-not-configured"),
        (suspend_sender, 403, "sender-suspended"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
def test_nothing_is_taken_of_a_caller_who_may_no_longer_come(
    door: Door, happens: Callable[[Door], None], status: int, problem: str, headers: dict[str, str]
):
    happens(door)
    for _ in range(2):
        answer = register(door, headers=headers)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, problem)
    assert len(door.check_ins.brought) == 1


@pytest.mark.parametrize("happens", [close_channel, suspend_sender])
def test_a_caller_who_may_come_again_is_let_in_at_once(door: Door, happens: Callable[[Door], None]):
    happens(door)
    assert [register(door).status_code for _ in range(2)] == [403, 403]
    SenderChannel.objects.get_or_create(sender=door.sender, channel="WEB_SERVICE")
    door.sender.state, door.sender.suspended_by = SenderState.ACTIVE, ""
    door.sender.save()
    assert register(door).status_code == 200


def test_another_token_is_looked_up_though_one_of_the_caller_is_remembered(door: Door):
    assert register(door, token="unknown").status_code == 401
    assert register(door).status_code == 200


def test_a_caller_is_remembered_for_a_minute_and_forgotten_on_demand(door: Door):
    caller = find_caller(door.token, at=NOON)
    remembered = RememberedCallers()
    remembered.note(door.token, caller, now=100.0)
    assert remembered.find(door.token, now=159.9) == caller
    assert remembered.find(door.token, now=160.0) is None
    remembered.note(door.token, None, now=101.0)
    assert remembered.find(door.token, now=101.0) is None
