"""A sender that was proposed by a file, and works, or is retired, before its technical user is confirmed."""

import pytest

from channels.models import Sender, TechnicalUser
from correspondence.models import EboxDocument
from domain.access.refusals import AccessRefusedError, RefusalReason
from tests.access_files import a_declaration, a_technical_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import Firm, codes, results
from tests.ingest.access.test_waiting import DAY, desk, settle, without_technical_user


@pytest.mark.parametrize("state", ["ACTIVE", "SUSPENDED"])
@pytest.mark.parametrize("is_late", [True, False])
def test_a_sender_that_was_activated_is_not_retired_with_a_declaration_that_nobody_confirms(
    firm: Firm, state: str, is_late: bool
):
    without_technical_user()
    (account,) = firm.declare(a_declaration(a_technical_user()))[0].texts("TechnicalUserID")
    Sender.objects.filter(technical_user__user_name=account).update(
        state=state, suspended_by="COMPANY" if state == "SUSPENDED" else ""
    )
    TechnicalUser.objects.filter(user_name=account).update(state="ACTIVE")
    if is_late:
        settle(firm, after=31 * DAY)
    else:
        desk(firm).decline(firm.declared()[-1].pk, by=firm.by_chief(), at=NOON)

    assert firm.declared()[-1].state == ("LAPSED" if is_late else "DECLINED")
    user = TechnicalUser.objects.get(user_name=account)
    assert (user.state, user.sender.state) == ("ACTIVE", state)


def test_a_technical_user_that_was_removed_is_confirmed_no_more_and_told_of(firm: Firm):
    without_technical_user()
    (account,) = firm.declare(a_declaration(a_technical_user()), reference="A")[0].texts("TechnicalUserID")
    gone = a_technical_user(account=account, name=None, first=None, email=None, phone=None, language=None)
    waiting = firm.declared()[-1]
    assert results(firm.declare(a_declaration(gone, action="REMOVE"), reference="B")) == ["1"]
    with pytest.raises(AccessRefusedError) as refused:
        desk(firm).confirm(waiting.pk, by=firm.by_chief(), at=NOON)
    answers = settle(firm)

    assert refused.value.reason is RefusalReason.STATE_FORBIDS
    assert (results(answers), codes(answers)) == (["0"], ["070"])
    assert set(EboxDocument.objects.filter(kind="CONFIRM_DECLARATION").values_list("state", flat=True)) == {"HANDLED"}
    assert settle(firm) == []
