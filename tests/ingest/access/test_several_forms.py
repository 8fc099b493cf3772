"""Several forms of one file: each sees what those before it did, in other qualities too, and leaves its own name."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from domain.access.qualities import Quality
from domain.access_anomalies import AccessAnomaly
from evidence.models import AuditEvent
from registers.access.models import Grant, StandingChange, UserAccount
from registers.access.qualities import activate_quality
from registers.persons.models import PersonDetails
from tests.access_files import ANN, BERT, TODAY, a_declaration, a_form, a_right, a_user, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import Firm, a_number, codes, results

SECRETARIAT = "SERVICE_PROVIDER"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def two_qualities(firm: Firm) -> Firm:
    """Return a company of two qualities, with enough users to let one go without being asked."""
    activate_quality(firm.entity.pk, Quality.SERVICE_PROVIDER, by=firm.by_chief(), at=NOON)
    firm.crowd(6)
    return firm


def sources(actions: Collection[str]) -> list[str]:
    rows = AuditEvent.objects.filter(action__in=actions).order_by("pk")
    return [form_of(row.detail["source"]) for row in rows if "BATCH" in row.detail["source"]]


def form_of(source: str) -> str:
    return source.partition("/")[2]


def test_what_two_forms_change_of_one_person_in_two_qualities_is_both_kept(two_qualities: Firm):
    firm = two_qualities
    firm.employ(ANN)
    entered = a_declaration(a_user())
    firm.send(a_form(entered, reference="A"), a_form(entered, reference="B", quality=SECRETARIAT))
    email = a_user(email="new@firm.example", mobile=None, language=None)
    mobile = a_user(email=None, mobile="+32475999999", language=None)
    answers = firm.send(
        a_form(a_declaration(email, action="UPDATE"), reference="C"),
        a_form(a_declaration(mobile, action="UPDATE"), reference="D", quality=SECRETARIAT),
    )

    assert results(answers) == ["1", "1"]
    row = PersonDetails.objects.get(person_id=firm.person(ANN))
    assert (row.email, row.mobile) == ("new@firm.example", "+32475999999")
    assert sources(["account:email:change"]) == ["A", "C"]
    assert sources(["account:mobile:change"]) == ["A", "D"]


@pytest.mark.parametrize("day", [TODAY, TOMORROW], ids=["today", "tomorrow"])
def test_a_word_ends_with_its_account_for_the_other_qualities_of_the_file_too(two_qualities: Firm, day):
    firm = two_qualities
    firm.user(ANN)
    answers = firm.send(
        a_form(a_declaration(the_user(), action="REMOVE", reason="LEAVER"), reference="A"),
        a_form(a_declaration(a_user(), on=day), reference="B", quality=SECRETARIAT),
    )

    assert (results(answers), codes(answers)) == (["1", "0"], [AccessAnomaly.NOT_LINKED.removeprefix("ACCS-")])


def test_persons_whom_a_file_enters_in_several_qualities_share_an_address_as_within_one(two_qualities: Firm):
    firm = two_qualities
    numbers = [a_number(count) for count in range(4)]
    firm.employ(*numbers)
    people = [
        a_declaration(a_user(number, email="info@firm.example", mobile=f"+3247511111{count}"))
        for count, number in enumerate(numbers)
    ]
    forms = [
        a_form(one, reference=f"REF-{count}", quality=SECRETARIAT if count % 2 else "EMPLOYER")
        for count, one in enumerate(people)
    ]
    assert results(firm.send(*forms)) == ["1", "1", "1", "0"]


def test_what_is_done_to_users_names_the_form_that_asked_for_it(firm: Firm):
    firm.employ(ANN, BERT)
    bert = a_user(BERT, email="bert@firm.example", mobile="+32475111111")
    firm.send(
        a_form(a_declaration(a_user(), a_right()), reference="HR-1"),
        a_form(a_declaration(bert, a_right()), reference="HR-2"),
    )

    wanted = ["HR-1", "HR-2"]
    for rows in (UserAccount.objects, Grant.objects.filter(account__isnull=False)):
        assert [form_of(source) for source in rows.order_by("pk").values_list("source", flat=True)] == wanted
    for rows in (
        StandingChange.objects.filter(account__isnull=False),
        StandingChange.objects.filter(grant__isnull=False),
    ):
        assert [form_of(source) for source in rows.order_by("pk").values_list("source", flat=True)] == wanted
    for action in ("user:invited", "right:granted", "person:named", "account:email:change"):
        assert sources([action]) == wanted


def test_a_right_taken_back_by_another_form_names_that_form(firm: Firm):
    firm.employ(ANN)
    firm.send(a_form(a_declaration(a_user(), a_right()), reference="HR-1"))
    firm.send(a_form(a_declaration(the_user(), a_right(), action="REVOKE"), reference="HR-2"))

    assert sources(["right:granted", "right:revoked"]) == ["HR-1", "HR-2"]
