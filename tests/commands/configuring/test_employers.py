"""`guichet employers` as an operator types it: numbers given, withdrawn and shown, what is refused, what is on record."""

import pytest

from registers.access.models import Entity
from tests.commands.configuring.hand_ins import Run, events
from tests.counter_bench import make_entity

pytestmark = pytest.mark.django_db
PROVISIONAL, FINAL = "5000000120", "100000112"
REASON = ("--reason", "letter of the office about 05071400153")


@pytest.fixture(autouse=True)
def companies() -> None:
    make_entity(nsso=PROVISIONAL)
    make_entity(name="Other", company="0400767772", nsso="123456749")


def give(run: Run, number: str, company: str = "0412345614") -> tuple[int, str]:
    return run(f"employers give-number {company} {number}", *REASON)


def withdraw(run: Run, number: str, company: str = "0412345614") -> tuple[int, str]:
    return run(f"employers withdraw-number {company} {number}", *REASON)


def numbers(company: str = "0412345614") -> set[str]:
    return set(Entity.objects.filter(company_number=company).values_list("nsso_number", flat=True))


def test_a_final_number_takes_the_place_of_the_provisional_one_in_each_environment(run: Run):
    code, told = give(run, FINAL)

    assert (code, numbers()) == (0, {FINAL})
    assert (
        told
        == f"company 0412345614 has the registration number {FINAL} in R, T, S; the one that it had goes on to name it\n"
    )


def test_what_was_given_is_on_record_with_its_reason(run: Run):
    give(run, FINAL)

    assert events("entity:numbered") == [
        {
            "company": "0412345614",
            "environment": environment,
            "number": FINAL,
            "replaced": PROVISIONAL,
            "reason": "letter of the office about [number]",
            "actor": "operator",
        }
        for environment in "RTS"
    ]


def test_the_same_number_again_changes_nothing(run: Run):
    give(run, FINAL)
    assert give(run, FINAL)[1].startswith("nothing changed")
    assert len(events("entity:numbered")) == 3


def test_present_and_former_numbers_are_shown(run: Run):
    give(run, FINAL)
    lines = run("employers numbers 0412345614")[1].splitlines()

    assert [line.split()[1::2] for line in lines if line.startswith("R")] == [
        [PROVISIONAL, "former"],
        [FINAL, "present"],
    ]


def test_a_company_is_entered_again_by_its_former_number_too(run: Run):
    give(run, FINAL)
    words = "mandates add 0400767772 --nsso 123456749 --from 20261 --sender 123456"
    run(f"senders add 0412345614 --nsso {PROVISIONAL} --mail it@o.example --contact IT --number 123456")

    assert run(words)[0] == 0
    assert numbers() == {FINAL}


@pytest.mark.parametrize(
    ("number", "company", "sentence"),
    [
        ("123456749", "0412345614", "is or was another company's"),
        ("123456748", "0412345614", "is no registration number"),
        (FINAL, "0438195916", "No company 0438195916 is entered yet."),
        (FINAL, "0412345615", "is no company number"),
    ],
)
def test_a_number_that_cannot_be_its_own_is_refused(run: Run, number: str, company: str, sentence: str):
    code, told = give(run, number, company)

    assert code == 1
    assert sentence in told


def test_a_former_number_of_another_company_is_refused(run: Run):
    give(run, FINAL)
    code, told = give(run, PROVISIONAL, "0400767772")

    assert code == 1
    assert "is or was another company's" in told


def test_a_number_is_given_for_a_reason(run: Run):
    assert run(f"employers give-number 0412345614 {FINAL} --reason", "two\nlines")[0] == 1
    assert run(f"employers withdraw-number 0412345614 {PROVISIONAL} --reason", "two\nlines")[0] == 1
    assert numbers() == {PROVISIONAL}


def test_a_number_given_by_mistake_is_withdrawn_and_goes_to_its_owner(run: Run):
    give(run, FINAL)
    assert "is called by" in withdraw(run, FINAL)[1]
    give(run, PROVISIONAL)

    assert withdraw(run, FINAL) == (0, f"registration number {FINAL} names company 0412345614 no more\n")
    assert give(run, FINAL, "0400767772")[0] == 0
    assert [event["environments"] for event in events("entity:number-withdrawn")] == [["R", "S", "T"]]


def test_the_only_number_of_a_company_is_withdrawn_too(run: Run):
    assert withdraw(run, PROVISIONAL)[0] == 0
    assert numbers() == {""}


def test_a_number_that_a_company_never_had_is_not_withdrawn(run: Run):
    code, told = withdraw(run, "123456749")

    assert code == 1
    assert "never had" in told
