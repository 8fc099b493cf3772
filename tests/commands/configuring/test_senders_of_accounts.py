"""What becomes of a company's senders when an operator stops or ends its account, or ends one of its qualities."""

import pytest

from channels.configuring.technical_users import block_technical_user
from channels.logins import SshKeyDirectory
from channels.models import Sender, TechnicalUser
from commands.authority import Authority
from domain.access.actors import Actor
from domain.access.qualities import Quality
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from registers.access.qualities import activate_quality
from tests.commands.configuring.hand_ins import Run
from tests.commands.configuring.test_account import COMPANY, DAY, NUMBER, active_company, register
from tests.commands.configuring.test_account import _keys as keys
from tests.counter_bench import make_sender
from tests.registers.access.conftest import Company

__all__ = ["keys"]
pytestmark = pytest.mark.django_db
BLOB = b"key of 123456"


@pytest.fixture
def company(run: Run, say) -> Company:
    say(NUMBER)
    register(run)
    company, now = active_company(), SystemClock().now()
    authority = Authority.create("Authority", at=now, lifetime=9 * DAY)
    for number, blob in (("123456", BLOB), ("123457", None)):
        identity = authority.issue_signer(number, at=now, lifetime=DAY)
        make_sender(number, entity=company.entity, identity=identity, key_blob=blob)
    return company


def may_sign_in() -> bool:
    return SshKeyDirectory().technical_user_for("EXP_123456", BLOB) is not None


def states() -> list[tuple[str, str]]:
    return list(Sender.objects.order_by("number").values_list("state", "technical_user__state"))


def test_programs_of_a_suspended_company_sign_in_no_more_until_it_works_again(run: Run, company: Company):
    assert may_sign_in()
    told = run(f"account suspend {COMPANY} --reason", "fraud is looked into")[1]
    assert "senders shut out: 123456, 123457" in told
    assert not may_sign_in()

    told = run(f"account resume {COMPANY}")[1]
    assert "senders let in again: 123456, 123457" in told
    assert may_sign_in()
    assert AuditEvent.objects.filter(action="technical-user:moved").count() == 4


def test_a_technical_user_whom_somebody_blocked_before_stays_blocked(run: Run, company: Company):
    sender = Sender.objects.select_related("technical_user").get(number="123456")
    block_technical_user(sender, actor="test", at=SystemClock().now())
    run(f"account suspend {COMPANY} --reason", "fraud is looked into")

    assert "senders let in again: 123457\n" in run(f"account resume {COMPANY}")[1]
    assert states() == [("ACTIVE", "BLOCKED"), ("ACTIVE", "ACTIVE")]


def test_the_senders_of_a_company_whose_account_is_closed_are_retired(run: Run, company: Company):
    told = run(f"account close {COMPANY} --reason", "the company stopped")[1]

    assert "senders retired: 123456, 123457" in told
    assert states() == [("RETIRED", "REMOVED")] * 2
    assert not may_sign_in()


def test_the_senders_of_a_quality_that_is_ended_are_retired_and_no_others(run: Run, company: Company):
    by = Actor.person(company.chief, level=400)
    activate_quality(company.id, Quality.SERVICE_PROVIDER, by=by, at=SystemClock().now())
    TechnicalUser.objects.filter(user_name="EXP_123456").update(quality=Quality.SERVICE_PROVIDER)
    told = run(f"account end-quality {COMPANY} --quality SERVICE_PROVIDER --reason", "asked for")[1]

    assert "senders retired: 123456\n" in told
    assert states() == [("RETIRED", "REMOVED"), ("ACTIVE", "ACTIVE")]
