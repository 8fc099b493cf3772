"""`guichet account` gives and ends the qualities that no company gives itself."""

import pytest

from channels.configuring.networks import grant_network, require_network
from channels.configuring.senders import add_sender
from domain.access.actors import Actor
from domain.languages import Language
from evidence.clock import SystemClock
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import COMPANY, NUMBER, active_company, register
from tests.commands.configuring.test_account import _keys as keys

__all__ = ["keys"]
pytestmark = pytest.mark.django_db


def test_an_operator_gives_and_ends_a_quality_that_no_company_gives_itself(run: Run, say):
    say(NUMBER)
    register(run)
    company = active_company()
    code, told = run(f"account add-quality {COMPANY} --quality LOCAL_AUTHORITY --reason", "list of municipalities")
    assert (code, "acts as LOCAL_AUTHORITY now" in told) == (0, True)
    by = Actor.person(company.chief, level=400)
    sender = add_sender(
        company.entity, contact_name="Els", contact_address="els@example.be", language=Language.NL, actor=by.name,
        at=SystemClock().now(),
    )  # fmt: skip
    grant_network(sender, require_network("Publilink"), actor=by.name, at=SystemClock().now())

    code, told = run(f"account end-quality {COMPANY} --quality LOCAL_AUTHORITY --reason", "entered by mistake")
    assert (code, "leased lines taken from its senders: 1" in told) == (0, True)
    assert not sender.networks.exists()


@pytest.mark.parametrize(("reason", "sentence"), [("two\nlines", "A reason is needed"), ("a list", "has no account")])
def test_a_quality_is_not_given_without_a_reason_or_an_account(run: Run, reason: str, sentence: str):
    code, told = run(f"account add-quality {COMPANY} --quality LOCAL_AUTHORITY --reason", reason)

    assert (code, sentence in told) == (1, True)
