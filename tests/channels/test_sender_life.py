"""Every move of a sender's life, and every one that there is not."""

import pytest

from channels.models import SenderState
from channels.sender_life import SenderChange, SenderEquipment, changed_state, require_equipped, settled_state
from domain.configuration_refusals import ConfigurationRefusedError

WHOLE = SenderEquipment(has_technical_user=True, channels=1, certificates=1, services=1)
DRAFT, CONFIGURED, ACTIVE, SUSPENDED, RETIRED = SenderState
ACTIVATE, SUSPEND, RESUME, RETIRE = SenderChange


@pytest.mark.parametrize(
    ("state", "change", "after"),
    [
        (DRAFT, ACTIVATE, ACTIVE),  # it lacks nothing, so it is configured
        (DRAFT, SUSPEND, None),
        (DRAFT, RESUME, None),
        (DRAFT, RETIRE, RETIRED),
        (CONFIGURED, ACTIVATE, ACTIVE),
        (CONFIGURED, SUSPEND, None),
        (CONFIGURED, RESUME, None),
        (CONFIGURED, RETIRE, RETIRED),
        (ACTIVE, ACTIVATE, ACTIVE),
        (ACTIVE, SUSPEND, SUSPENDED),
        (ACTIVE, RESUME, ACTIVE),
        (ACTIVE, RETIRE, RETIRED),
        (SUSPENDED, ACTIVATE, None),
        (SUSPENDED, SUSPEND, SUSPENDED),
        (SUSPENDED, RESUME, ACTIVE),
        (SUSPENDED, RETIRE, RETIRED),
        (RETIRED, ACTIVATE, None),
        (RETIRED, SUSPEND, None),
        (RETIRED, RESUME, None),
        (RETIRED, RETIRE, RETIRED),
    ],
)
def test_a_sender_that_lacks_nothing_moves_so(state, change, after):
    if after is not None:
        assert changed_state(state, change, WHOLE) is after
        return
    with pytest.raises(ConfigurationRefusedError) as refused:
        changed_state(state, change, WHOLE)
    assert refused.value.what.endswith(".")
    assert refused.value.next_step.endswith(".")


@pytest.mark.parametrize(
    ("equipment", "lacking"),
    [
        (SenderEquipment(has_technical_user=False, channels=1, certificates=1, services=1), "a technical user"),
        (SenderEquipment(has_technical_user=True, channels=0, certificates=1, services=1), "an open channel"),
        (SenderEquipment(has_technical_user=True, channels=1, certificates=0, services=1), "a certificate"),
        (SenderEquipment(has_technical_user=True, channels=1, certificates=1, services=0), "a service"),
    ],
)
def test_without_one_of_what_it_needs_it_is_a_draft_and_cannot_begin_or_go_on(equipment, lacking):
    assert settled_state(DRAFT, equipment) is DRAFT
    assert settled_state(CONFIGURED, equipment) is DRAFT
    for state, change in ((DRAFT, ACTIVATE), (CONFIGURED, ACTIVATE), (SUSPENDED, RESUME)):
        with pytest.raises(ConfigurationRefusedError, match=lacking):
            changed_state(state, change, equipment)
    with pytest.raises(ConfigurationRefusedError, match=lacking):
        require_equipped(ACTIVE, equipment)


@pytest.mark.parametrize("state", [ACTIVE, SUSPENDED, RETIRED])
def test_what_was_activated_once_stays_as_it_is_whatever_it_lacks(state):
    nothing = SenderEquipment(has_technical_user=False, channels=0, certificates=0, services=0)
    assert settled_state(state, nothing) is state
    assert changed_state(state, RETIRE, nothing) is RETIRED
