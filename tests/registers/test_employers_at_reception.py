"""An employer and its mandate count as they stood when a submission was received, not when it is filed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from domain.access.actors import Actor
from domain.quarters import Quarter
from registers.access.mandates import add_mandate, end_mandate
from registers.access.models import Entity, EntityState, Mandate, MandateState
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import NOON, OTHER, OWN, STRANGER, Filer, an_action, codes

SOON, LATER = NOON + timedelta(minutes=5), NOON + timedelta(minutes=10)
Change = Callable[[], object]
FileOne = Callable[..., list[str]]


def entity(number: str | None) -> Entity:
    return Entity.objects.get(environment="R", nsso_number=number)


def end() -> None:
    end_mandate(
        entity(OTHER.nsso), entity(OWN.nsso), service_group="DIMONA", last_quarter=None, by=Actor.operator(), at=LATER
    )


def give() -> None:
    add_mandate(
        entity(STRANGER.nsso),
        entity(OWN.nsso),
        service_group="DIMONA",
        from_quarter=Quarter(2026, 1),
        to_quarter=None,
        by=Actor.operator(),
        at=LATER,
    )


def suspend_employer() -> None:
    Entity.objects.filter(nsso_number=OTHER.nsso).update(state=EntityState.SUSPENDED, state_since=LATER)


def suspend_sender() -> None:
    Entity.objects.filter(nsso_number=OWN.nsso).update(state=EntityState.ENDED, state_since=LATER)


def stop_and_resume(number: str | None) -> None:
    for state, since in ((EntityState.SUSPENDED, NOON), (EntityState.ENDED, SOON), (EntityState.ACTIVE, LATER)):
        Entity.objects.filter(nsso_number=number).update(state=state, state_since=since)


@pytest.fixture(params=["one by one", "as a set"])
def file_one(request: pytest.FixtureRequest, filer: Filer) -> FileOne:
    """File one start, received at an instant, in either of the two ways; return its codes."""

    def by_itself(received_at: datetime, **deviation: object) -> list[str]:
        (result,) = filer(an_action(**deviation), at=received_at)
        return codes(result)

    def in_a_set(received_at: datetime, **deviation: object) -> list[str]:
        (filed,) = BatchFiler(filer.keys)([an_action(**deviation)], at=received_at)
        return codes(filed.decided[1]) if filed.decided else []

    return by_itself if request.param == "one by one" else in_a_set


@pytest.mark.parametrize(
    ("change", "code"),
    [(end, "90256-155"), (suspend_employer, "90373-343"), (suspend_sender, "90256-155")],
)
def test_what_is_taken_away_after_the_reception_refuses_nothing(file_one: FileOne, change: Change, code: str):
    change()

    assert file_one(NOON, employer=OTHER) == []
    assert file_one(LATER, employer=OTHER, insz="06020300277") == [code]


@pytest.mark.parametrize(("number", "code"), [(OTHER.nsso, "90373-343"), (OWN.nsso, "90256-155")])
def test_who_is_suspended_at_the_reception_and_resumed_before_the_filing_was_not_active(
    file_one: FileOne, number: str, code: str
):
    stop_and_resume(number)

    assert [file_one(at, employer=OTHER) for at in (NOON, SOON, LATER - timedelta(seconds=1))] == [[code]] * 3
    assert file_one(NOON - timedelta(seconds=1), employer=OTHER) == []
    assert file_one(LATER, employer=OTHER, insz="06020300277") == []


def test_a_mandate_that_is_given_after_the_reception_heals_nothing(file_one: FileOne):
    give()

    assert file_one(NOON, employer=STRANGER) == ["90256-155"]
    assert file_one(LATER, employer=STRANGER) == []


def test_a_proposal_that_is_withdrawn_never_was_in_force(file_one: FileOne):
    Mandate.objects.update(state=MandateState.CLOSED, in_force_from=None, valid_until=LATER)

    assert file_one(NOON, employer=OTHER) == ["90256-155"]


def test_submissions_of_one_batch_are_judged_each_by_its_own_reception(filer: Filer):
    end()
    batch = BatchFiler(filer.keys)
    before = batch.stage([an_action(employer=OTHER)], NOON, {})
    after = batch.stage([an_action(employer=OTHER, insz="06020300277")], LATER, {})

    first, second = batch.file([before, after])

    assert (len(first.opened), codes(second.decided[1])) == (1, ["90256-155"])


def test_whoever_changes_the_state_of_an_entity_the_database_notes_when(filer: Filer):
    Entity.objects.filter(nsso_number=OTHER.nsso).update(state=EntityState.SUSPENDED)

    suspended = entity(OTHER.nsso)
    Entity.objects.filter(nsso_number=OTHER.nsso).update(state=EntityState.ACTIVE)

    assert suspended.state_since is not None
    assert suspended.stopped_at == suspended.state_since
    assert entity(OTHER.nsso).stopped_at == suspended.stopped_at
    assert (entity(OWN.nsso).state_since, entity(OWN.nsso).stopped_at) == (None, None)
