"""Access declarations by the file alone: each rule by one deviation, faults of structure where they stand."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import etree

from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import Action, EffectDays, JudgedAccessForm, TechnicalUserSubject, UserSubject
from domain.refusals import Refusal
from tests.access_files import (
    ANN,
    BERT,
    TODAY,
    a_declaration,
    a_file,
    a_form,
    a_manager,
    a_person,
    a_right,
    a_sender,
    a_technical_user,
    a_user,
    the_user,
)
from tests.validators.payloads import LIBRARY
from validators.access import judge_forms
from validators.access.rules import RULES, date_is_near
from validators.frames import check_frame
from validators.reading import ReadingLimits

RECEIVED_AT = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
SCHEMA = LIBRARY.find_namespace("urn:guichet:accs:1", message="ACCS", on=TODAY)
OTHER_DAY = TODAY + timedelta(days=9)


def judged(*forms: str) -> list[JudgedAccessForm]:
    return list(judge_forms(io.BytesIO(a_file(*forms)), schema=SCHEMA, received_at=RECEIVED_AT))


def codes_of(form: JudgedAccessForm) -> list[list[str]]:
    return [[finding.code.removeprefix("ACCS-") for finding in one.findings] for one in form.declarations]


SOUND = {
    "a new user with a right": a_declaration(a_user(), a_right()),
    "a user by his name": a_declaration(
        a_user(user_name="ann.p", email=None, mobile=None, language=None), action="BLOCK"
    ),
    "new contact data": a_declaration(a_user(email="new@firm.example", mobile=None, language=None), action="UPDATE"),
    "one right more": a_declaration(the_user(), a_right(), action="GRANT"),
    "no right at all": a_declaration(the_user(), action="REPLACE"),
    "a new manager": a_declaration(a_manager()),
    "a manager less": a_declaration(a_manager(), action="REMOVE"),
    "a new technical user": a_declaration(a_technical_user()),
    "a technical user's new address": a_declaration(
        a_technical_user(account="EXP_1", name=None, first=None), action="UPDATE"
    ),
    "a sender's service less": a_declaration(a_sender(), a_right("DIMN"), action="REVOKE"),
    "the last day of all": a_declaration(the_user(), action="REMOVE", on=TODAY + timedelta(days=90)),
    "two rights one after the other": a_declaration(
        the_user(),
        a_right(end=OTHER_DAY),
        a_right(right="CONSULT", start=OTHER_DAY + timedelta(days=1)),
        action="GRANT",
    ),
    "two rights for two services": a_declaration(the_user(), a_right(), a_right("EBOX", "CONSULT"), action="GRANT"),
}
BROKEN = {
    "a manager cannot be granted": ("090", a_declaration(a_manager(), a_right(), action="GRANT")),
    "a sender is not entered": ("090", a_declaration(a_sender())),
    "a grant without a right": ("090", a_declaration(the_user(), action="GRANT")),
    "a block with a right": ("090", a_declaration(the_user(), a_right(), action="BLOCK")),
    "a new user by a name": ("090", a_declaration(a_user(user_name="ann.p"))),
    "a change of nothing": ("090", a_declaration(the_user(), action="UPDATE")),
    "contact data for a block": ("090", a_declaration(a_user(), action="BLOCK")),
    "a new technical user with an account": ("090", a_declaration(a_technical_user(account="EXP_1"))),
    "a new technical user without a name": ("090", a_declaration(a_technical_user(first=None))),
    "a technical user who is not named": (
        "090",
        a_declaration(a_technical_user(email=None, phone=None, language=None), action="BLOCK"),
    ),
    "a technical user who becomes another": ("090", a_declaration(a_technical_user(account="EXP_1"), action="UPDATE")),
    "contact data for a technical user's block": (
        "090",
        a_declaration(a_technical_user(account="EXP_1", name=None, first=None), action="BLOCK"),
    ),
    "a user's number with a wrong check": ("011", a_declaration(a_user("85011512300"))),
    "a manager's number with a wrong check": ("011", a_declaration(a_manager("85011512300"))),
    "a chief": ("020", a_declaration(a_manager(role="CHIEF"))),
    "a co-chief": ("020", a_declaration(a_manager(role="CO_CHIEF"), action="REMOVE")),
    "a right that is none": ("030", a_declaration(the_user(), a_right(right="OWN"), action="GRANT")),
    "a right that ends before it begins": (
        "034",
        a_declaration(the_user(), a_right(start=OTHER_DAY, end=TODAY), action="GRANT"),
    ),
    "two rights at a time": ("035", a_declaration(the_user(), a_right(), a_right(right="CONSULT"), action="GRANT")),
    "a new user without an address": ("050", a_declaration(a_user(email=None))),
    "a new user without a telephone": ("050", a_declaration(a_user(mobile=None))),
    "a new technical user without a telephone": ("050", a_declaration(a_technical_user(phone=None))),
    "yesterday": ("061", a_declaration(the_user(), action="REMOVE", on=TODAY - timedelta(days=1))),
    "the ninety-first day": ("061", a_declaration(the_user(), action="REMOVE", on=TODAY + timedelta(days=91))),
}


@pytest.mark.parametrize("declaration", SOUND.values(), ids=SOUND)
def test_a_sound_declaration_has_no_finding(declaration: str):
    assert codes_of(judged(a_form(declaration))[0]) == [[]]


@pytest.mark.parametrize(("code", "declaration"), BROKEN.values(), ids=BROKEN)
def test_a_declaration_breaks_one_rule(code: str, declaration: str):
    assert codes_of(judged(a_form(declaration))[0]) == [[code]]


def test_every_rule_without_a_register_is_broken_once():
    assert {code for code, _ in BROKEN.values()} == {str(rule.code).removeprefix("ACCS-") for rule in RULES}


UNSOUND = {
    "an element that is none": ("Extra", a_declaration(f"<Extra/>{the_user()}", action="BLOCK")),
    "an element of another message": (
        "{urn:x}Extra",
        a_declaration(f'<Extra xmlns="urn:x"/>{the_user()}', action="BLOCK"),
    ),
    "an action that is none": ("Action", a_declaration(the_user(), action="DESTROY")),
    "no day": ("EffectiveDate", a_declaration(the_user(), action="BLOCK", on="")),
    "a day that is none": ("EffectiveDate", a_declaration(the_user(), action="BLOCK", on="2026-02-30")),
    "two subjects": ("User", a_declaration(a_manager() + a_user())),
    "no number": ("@seq", a_declaration(the_user(), action="BLOCK").replace(' seq="1"', "")),
    "a number that is none": ("@seq", a_declaration(the_user(), action="BLOCK", seq="one")),
    "one attribute more": ("@note", a_declaration(the_user(), action="BLOCK").replace(" seq=", ' note="x" seq=')),
    "a national number of ten digits": ("INSZ", a_declaration(the_user("8501151234"), action="BLOCK")),
    "an address that is none": ("EMail", a_declaration(a_user(email="nobody"))),
}


@pytest.mark.parametrize(("tag", "declaration"), UNSOUND.values(), ids=UNSOUND)
def test_what_is_wrong_in_a_declaration_refuses_that_one(tag: str, declaration: str):
    good = a_declaration(the_user(BERT), action="BLOCK", seq=7)
    (form,) = judged(a_form(good, declaration))

    by_seq = {one.seq: one for one in form.declarations}
    assert by_seq.pop(7).findings == ()
    (bad,) = by_seq.values()
    assert {finding.code for finding in bad.findings} == {"ACCS-090"}
    assert tag in [finding.tag for finding in bad.findings]


def test_what_is_wrong_around_the_declarations_refuses_all_of_them():
    declarations = [a_declaration(the_user(), action="BLOCK", seq=seq) for seq in (1, 2)]
    (form,) = judged(a_form(*declarations).replace("ACCS001", "ACCS002"))

    assert codes_of(form) == [["090"], ["090"]]


def test_a_form_without_a_declaration_has_one_answer():
    assert codes_of(judged(a_form())[0]) == [["090"]]


def test_no_fault_hides_another_however_many_there_are():
    bad = [a_declaration(the_user(), action="DESTROY", seq=seq) for seq in range(1, 201)]
    (form,) = judged(a_form(*bad))

    assert codes_of(form) == [["090"]] * 200


def test_declarations_are_done_in_the_order_of_their_numbers():
    (form,) = judged(a_form(*[a_declaration(the_user(), action="BLOCK", seq=seq) for seq in (3, 1, 2)]))

    assert [one.seq for one in form.declarations] == [1, 2, 3]
    assert [one.number for one in form.declarations] == [2, 3, 1]


def test_the_second_declaration_of_a_number_is_refused():
    (form,) = judged(a_form(*[a_declaration(the_user(), action="BLOCK", seq=5)] * 2))

    assert codes_of(form) == [[], ["090"]]


def test_no_finding_repeats_a_national_number():
    wrong = a_declaration(a_user("85011512300")), a_declaration(the_user("850115123009"), action="BLOCK", seq=2)
    written = a_declaration(a_user(user_name=ANN, email="x" * 300), action="UPDATE", seq=3)
    (form,) = judged(a_form(*wrong, written))

    told = [(finding.value or "") + finding.detail for one in form.declarations for finding in one.findings]
    assert told
    assert [text for text in told if "850115" in text] == []


WRITTEN = {
    "with points": "85.01.15-123.45",
    "with one space": "850115 123 45",
    "with spaces": "85 01 15 123 45",
    "with a long dash": "850115\u2013123\u201345",
    "without its last digits": "85.01.15-123",
    "in part": "85.01.15",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_no_finding_repeats_a_national_number_however_it_is_written(written: str):
    (form,) = judged(a_form(a_declaration(the_user(written), action="BLOCK")))
    (finding,) = form.declarations[0].findings

    assert (finding.tag, finding.value) == ("INSZ", None)


def test_no_finding_repeats_a_national_number_that_stands_in_another_element():
    (form,) = judged(a_form(a_declaration(the_user(), action="85.01.15-123.45")))
    (finding,) = form.declarations[0].findings

    assert (finding.tag, finding.value) == ("Action", None)


def test_a_declaration_is_read_as_it_is_written():
    (form,) = judged(
        a_form(
            a_declaration(a_user(language="FR"), a_right(end=OTHER_DAY, part="GENT"), reason="ROLE_CHANGE"),
            a_declaration(a_technical_user(), seq=2),
            mandate="M-1",
        )
    )
    user, technical = (one.declared for one in form.declarations)

    assert form.entity is not None
    assert (form.entity.company, form.entity.quality, form.entity.mandate) == ("0412345614", "EMPLOYER", "M-1")
    assert form.reference is not None
    assert form.reference.number == "REF-1"
    assert user is not None
    assert isinstance(user.subject, UserSubject)
    assert user.subject.person is not None
    assert (user.action, user.subject.person.insz, user.subject.language) == (Action.CREATE, ANN, "FR")
    assert [(right.service, right.end_date, right.sub_division) for right in user.rights] == [
        ("DIMONA", OTHER_DAY, "GENT")
    ]
    assert technical is not None
    assert isinstance(technical.subject, TechnicalUserSubject)
    assert (technical.subject.family_name, technical.subject.phone) == ("Claes", "+3225551234")


def test_a_finding_says_where_its_element_stands():
    (form,) = judged(a_form(a_declaration(the_user(), action="BLOCK"), a_declaration(a_manager(role="CHIEF"), seq=2)))
    (finding,) = form.declarations[1].findings

    assert (finding.tag, finding.value) == ("Role", "CHIEF")
    assert finding.location is not None
    assert finding.location.indexes == "1,1,9,3,1,1"
    assert finding.location.line == 4


HOSTILE = {
    "an external entity": ('<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "ACRF-102"),
    "an entity that grows": ('<!DOCTYPE A [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', "ACRF-102"),
    "a document type of elsewhere": ('<!DOCTYPE A SYSTEM "http://evil.example/a.dtd">', "ACRF-102"),
}


@pytest.mark.parametrize(("prolog", "code"), HOSTILE.values(), ids=HOSTILE)
def test_no_entity_is_ever_read(prolog: str, code: str):
    payload = a_file(a_form(a_declaration(the_user(), action="BLOCK"))).replace(
        b"<AccessDecl", prolog.encode() + b"<AccessDecl", 1
    )

    with pytest.raises(Refusal) as refused:
        check_frame(io.BytesIO(payload), message="ACCS", schemas=LIBRARY, on=TODAY)
    assert refused.value.code == code


def test_a_form_may_be_long_but_not_made_of_tags_alone():
    long = a_file(a_form(*[a_declaration(a_user(), a_right(), seq=seq) for seq in range(1, 3001)]))
    tags = a_file(a_form("<a/>" * 5000))
    limits = ReadingLimits(form_tags=4000 * 40)

    assert len(long) > ReadingLimits().form_bytes
    assert check_frame(io.BytesIO(long), message="ACCS", schemas=LIBRARY, on=TODAY, limits=limits).forms == 1
    with pytest.raises(Refusal) as refused:
        check_frame(io.BytesIO(tags), message="ACCS", schemas=LIBRARY, on=TODAY, limits=ReadingLimits(form_tags=4000))
    assert refused.value.code == "ACRF-184"


def test_a_file_of_another_namespace_is_refused():
    payload = a_file(a_form(a_declaration(the_user(), action="BLOCK")), namespace="urn:guichet:accs:2")

    with pytest.raises(Refusal) as refused:
        check_frame(io.BytesIO(payload), message="ACCS", schemas=LIBRARY, on=TODAY)
    assert refused.value.code == "ACRF-139"


def test_no_element_of_the_structure_could_carry_a_secret():
    names = {str(element.get("name")).lower() for element in etree.parse(SCHEMA.definition).iter("{*}element")}

    assert [name for name in names if any(word in name for word in ("pass", "pin", "token", "link", "secret"))] == []


def test_what_refuses_a_file_is_no_finding_of_a_declaration():
    with pytest.raises(ValueError, match="refuses a file"):
        object_to(AccessAnomaly.TOO_MANY, "too many")


def test_a_person_named_as_a_manager_is_read():
    (form,) = judged(a_form(a_declaration(f"<Manager><Role>CO_MANAGER</Role>{a_person(BERT)}</Manager>")))

    assert codes_of(form) == [[]]


def test_days_are_those_of_brussels():
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    payload = a_file(a_form(a_declaration(the_user(), action="BLOCK", on=date(2026, 7, 1))))

    (form,) = judge_forms(io.BytesIO(payload), schema=SCHEMA, received_at=late)
    assert codes_of(form) == [["061"]]


def test_how_far_ahead_a_declaration_may_take_effect_is_said_by_who_judges():
    (form,) = judged(a_form(a_declaration(the_user(), action="REMOVE", on=TODAY + timedelta(days=11))))
    declared = form.declarations[0].declared

    assert date_is_near(declared, EffectDays.from_reception(TODAY, ahead_days=11)) is None
    assert date_is_near(declared, EffectDays.from_reception(TODAY, ahead_days=10)) is not None
