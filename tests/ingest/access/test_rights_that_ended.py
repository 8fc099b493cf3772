"""A right whose last day is over when its declaration is done: it is refused, and keeps nothing beside it from being done."""

from registers.access.models import DeclaredForm
from tests.access_files import ANN, BERT, TODAY, a_declaration, a_file, a_form, a_right, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import Firm, codes, results
from tests.ingest.access.test_waiting import DAY, LATER, desk, settle


def test_a_right_of_one_day_that_is_filed_the_day_after_is_refused(firm: Firm):
    user = firm.user(ANN)
    given = a_form(a_declaration(the_user(), a_right(end=TODAY), action="GRANT"))
    firm.bench.deliver(a_file(given), key=firm.bench.next_key(environment="R", purpose="ACCS"))
    firm.bench.clock.advance(DAY)
    firm.bench.work()
    answers = firm.bench.answers("NOTI")

    assert (results(answers), codes(answers)) == (["0"], ["034"])
    assert not user.grants.exists()


def test_a_right_whose_last_day_is_over_is_not_given_by_a_held_file_that_is_confirmed_later(firm: Firm):
    firm.crowd(2)
    user = firm.user(ANN)
    firm.user(BERT)
    firm.declare(
        a_declaration(the_user(), a_right(end=TODAY), action="GRANT", seq=1),
        a_declaration(the_user(BERT), action="REMOVE", seq=2),
    )
    firm.bench.collect_all()
    submission = DeclaredForm.objects.get().submission_id
    desk(firm).confirm_file(submission, firm.entity.pk, by=firm.by_chief(), at=NOON + DAY)
    answers = firm.bench.answers("NOTI")

    assert (results(answers), codes(answers)) == (["0", "1"], ["034"])
    assert (user.grants.count(), firm.account(BERT).state) == (0, "REMOVED")


def test_a_right_for_one_day_that_is_settled_after_it_fails_alone(firm: Firm):
    user = firm.user(ANN)
    other = firm.user(BERT)
    firm.declare(
        a_declaration(the_user(), a_right(end=LATER), action="GRANT", on=LATER, seq=1),
        a_declaration(the_user(BERT), a_right(), action="GRANT", on=LATER, seq=2),
    )
    answers = settle(firm, after=11 * DAY)

    assert (results(answers), codes(answers)) == (["0", "1"], ["034"])
    assert answers[0].texts("State") == ["FAILED_AT_APPLY", "APPLIED"]
    assert (user.grants.count(), other.grants.count()) == (0, 1)
