"""A form whose structure is unsound: each fault has the number of its zone or block and a general number."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.validators.payloads import (
    RECEIVED_AT,
    a_cancel,
    a_form,
    a_header,
    a_payload,
    a_reference,
    an_in,
    codes_of,
    dimona_schema,
    judged,
    parsed,
)
from validators.dimona import judge_forms
from validators.explaining import MAX_FAULTS, explain, place_of_form
from validators.structures import form_of

HEADER = a_header()
PLACE = (
    "<StudentPlaceOfWork><Denomination>D</Denomination><Address><Street>S</Street><HouseNbr>1</HouseNbr>"
    "<ZIPCode>9000</ZIPCode><City>Gent</City><Country>150</Country></Address></StudentPlaceOfWork>"
)
CARDS = (
    "<ConstructionControlCards><FirstMonthC32ANbr>1</FirstMonthC32ANbr><NextMonthC32ANbr>2</NextMonthC32ANbr>"
    "</ConstructionControlCards>"
)
STATUTES = (
    "<SmallStatutesInformation><EmploymentNature>WORKER</EmploymentNature><WorkerStatus>F1</WorkerStatus>"
    "</SmallStatutesInformation>"
)


def with_person(fields: str) -> str:
    return a_form(an_in(person=f"<NaturalPerson>{fields}</NaturalPerson>"))


def with_employer(fields: str) -> str:
    return a_form(an_in(employer=f"<EmployerId>{fields}</EmployerId>"))


UNSOUND = {
    "an empty form": ("<Form/>", "00296-001"),
    "identification absent": (
        a_form(header=HEADER.replace("<Identification>DIMONA</Identification>", "")),
        "00296-001",
    ),
    "identification empty": (a_form(header=a_header(identification="")), "00296-001"),
    "creation date absent": (
        a_form(header=HEADER.replace("<FormCreationDate>2025-06-27</FormCreationDate>", "")),
        "00218-001",
    ),
    "creation date with a zone": (a_form(header=a_header(date="2025-06-27Z")), "00218-003"),
    "creation date of no calendar": (a_form(header=a_header(date="2025-02-30")), "00218-003"),
    "creation hour with a letter for the dot": (a_form(header=a_header(hour="09:12:44x120")), "00299-003"),
    "creation hour beyond the day": (a_form(header=a_header(hour="25:00:00.000")), "00299-003"),
    "a status of no list": (a_form(header=a_header(status="2")), "00110-003"),
    "another type of form": (a_form(header=a_header(type_form="FA")), "00297-003"),
    "two header fields swapped": (
        a_form(
            header=HEADER.replace("<TypeForm>SU</TypeForm>", "").replace(
                "<FormCreationDate>", "<TypeForm>SU</TypeForm><FormCreationDate>"
            )
        ),
        "00218-091",
    ),
    "a header field twice": (a_form(header=HEADER + "<TypeForm>SU</TypeForm>"), "00297-090"),
    "a reference of an unknown type": (a_form(references=a_reference(kind="2")), "00221-003"),
    "a reference of another origin": (a_form(references=a_reference(origin="2")), "00298-003"),
    "a reference of 21 characters": (a_form(references=a_reference("x" * 21)), "00222-003"),
    "a reference without number": (a_form(references=a_reference("")), "00222-001"),
    "five references": (
        a_form(references="".join(a_reference(kind=kind) for kind in "16781")),
        "90082-090",
    ),
    "two actions": (a_form(an_in() + a_cancel()), "90379-090"),
    "an unknown action": (a_form("<DimonaPause/>"), "90059-092"),
    "a known action in a namespace": (a_form("<d:DimonaIn xmlns:d='urn:x'/>"), "90059-092"),
    "start absent": (a_form(an_in(start="")), "00910-001"),
    "start empty": (a_form(an_in(start="<StartingDate/>")), "00910-001"),
    "start in another notation": (a_form(an_in(start="<StartingDate>01/07/2025</StartingDate>")), "00910-003"),
    "start in the year 0": (a_form(an_in(start="<StartingDate>0000-07-01</StartingDate>")), "00910-003"),
    "start with blocks inside": (
        a_form(an_in(start="<StartingDate>2025-07-01<a/></StartingDate>")),
        "00910-092",
    ),
    "start after end": (
        a_form(
            an_in(
                start="<EndingDate>2025-07-02</EndingDate>",
                end="<StartingDate>2025-07-01</StartingDate>",
            )
        ),
        "00910-091",
    ),
    "an hour of the day that is none": (a_form(an_in(start_hour="<StartingHour>2460</StartingHour>")), "00777-003"),
    "an hour of the day with a letter": (a_form(an_in(end_hour="<EndingHour>12h0</EndingHour>")), "00778-002"),
    "no hours at all": (a_form(an_in(planned="<PlannedHoursNbr>0</PlannedHoursNbr>")), "01135-003"),
    "minus no hours": (a_form(an_in(planned="<PlannedHoursNbr>-0</PlannedHoursNbr>")), "01135-003"),
    "a thousand hours": (a_form(an_in(planned="<PlannedHoursNbr>1000</PlannedHoursNbr>")), "01135-003"),
    "half an hour": (a_form(an_in(planned="<PlannedHoursNbr>0.5</PlannedHoursNbr>")), "01135-003"),
    "hours and days": (
        a_form(an_in(planned="<PlannedHoursNbr>8</PlannedHoursNbr><PlannedDaysNbr>1</PlannedDaysNbr>")),
        "01017-090",
    ),
    "person absent": (a_form(an_in(person="")), "90017-001"),
    "national number of ten digits": (with_person("<INSS>5071400153</INSS>"), "00024-003"),
    "national number with dots": (with_person("<INSS>05.07.14-001.53</INSS>"), "00024-003"),
    "national number in other digits": (with_person("<INSS>\u0660\u0665071400153</INSS>"), "00024-003"),
    "national number twice": (
        with_person("<INSS>05071400153</INSS><INSS>05071400153</INSS>"),
        "00024-090",
    ),
    "a name of 49 letters": (with_person(f"<WorkerName>{'n' * 49}</WorkerName>"), "00025-093"),
    "an initial of two letters": (with_person("<WorkerInitial>AB</WorkerInitial>"), "00027-003"),
    "a birth date of no notation": (with_person("<WorkerBirthdate>1/1/2005</WorkerBirthdate>"), "00028-003"),
    "a birth place of blanks": (with_person("<WorkerBirthplace>  </WorkerBirthplace>"), "00168-001"),
    "a country in letters": (with_person("<WorkerCountry>BE</WorkerCountry>"), "00035-002"),
    "a country of six digits": (with_person("<WorkerCountry>150000</WorkerCountry>"), "00035-093"),
    "a negative country": (with_person("<WorkerCountry>-150</WorkerCountry>"), "00035-008"),
    "a sex of no list": (with_person("<WorkerSex>3</WorkerSex>"), "00029-008"),
    "the sequence number that Dimona forbids": (
        with_person("<NaturalPersonSequenceNbr>1</NaturalPersonSequenceNbr>"),
        "90017-090",
    ),
    "registration number below its domain": (
        with_employer("<NOSSRegistrationNbr>100005</NOSSRegistrationNbr>"),
        "00011-003",
    ),
    "registration number above its domain": (
        with_employer("<NOSSRegistrationNbr>199999935</NOSSRegistrationNbr>"),
        "00011-003",
    ),
    "provisional number below its domain": (
        with_employer("<ProvisionalNSSONbr>5000000119</ProvisionalNSSONbr>"),
        "00948-003",
    ),
    "local authority's number": (with_employer("<NOSSLPARegistrationNbr>1</NOSSLPARegistrationNbr>"), "00109-090"),
    "two registration numbers": (
        with_employer(
            "<NOSSRegistrationNbr>012345674</NOSSRegistrationNbr><ProvisionalNSSONbr>5000012342</ProvisionalNSSONbr>"
        ),
        "00948-090",
    ),
    "company number of eight digits": (with_employer("<CompanyID>41234561</CompanyID>"), "00014-003"),
    "company number above its domain": (with_employer("<CompanyID>2000000000</CompanyID>"), "00014-003"),
    "joint commission of no list": (a_form(an_in(commission="200")), "00046-008"),
    "worker type of no list": (a_form(an_in(worker_type="QUA")), "00655-008"),
    "worker type absent": (
        a_form(an_in(features="<DimonaFeatures><JointCommissionNbr>XXX</JointCommissionNbr></DimonaFeatures>")),
        "00655-001",
    ),
    "temporary work as the user's commission": (
        a_form(
            an_in(
                commission="322",
                user="<UsingEmployer><JointCommissionNbr>322</JointCommissionNbr>"
                "<UsingEmployerName>N</UsingEmployerName></UsingEmployer>",
            )
        ),
        "00046-008",
    ),
    "the VAT number that Dimona forbids": (
        a_form(an_in(commission="322", user="<UsingEmployer><VATNbr>1</VATNbr></UsingEmployer>")),
        "90107-090",
    ),
    "a street absent": (a_form(an_in(rest=PLACE.replace("<Street>S</Street>", ""))), "00517-001"),
    "a post code of ten characters": (a_form(an_in(rest=PLACE.replace("9000", "1234567890"))), "00520-003"),
    "one control card": (
        a_form(an_in(rest=CARDS.replace("<NextMonthC32ANbr>2</NextMonthC32ANbr>", ""))),
        "00664-001",
    ),
    "workplace before cards": (a_form(an_in(rest=PLACE + CARDS)), "90375-091"),
    "period number absent": (a_form("<DimonaCancel/>"), "00913-001"),
    "period number of thirteen digits": (a_form(a_cancel("6100000042360")), "00913-003"),
    "text between elements": (a_form(a_cancel(rest="text")), "90379-003"),
    "an attribute": (a_form().replace("<DimonaIn>", "<DimonaIn a='1'>"), "90373-092"),
    "an attribute on a value": (a_form().replace("<INSS>", "<INSS a='1'>"), "00024-092"),
    "a nil value": (
        a_form().replace(
            "<EndingDate>2025-08-31<", "<EndingDate xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'><"
        ),
        "00911-092",
    ),
    "a form in a form": (f"<Form>{HEADER}<Form/></Form>", "90059-092"),
    "an update without period": (a_form("<DimonaUpdate/>"), "00913-001"),
    "an end without date": (a_form("<DimonaOut><DimonaPeriodId>1</DimonaPeriodId></DimonaOut>"), "00911-001"),
    "a daily registration without status": (a_form("<DailyRegistrationDeclaration/>"), "00110-001"),
}
SOUND = {
    "an IN": a_form(),
    "every block": a_form(an_in(commission="124", rest=CARDS + PLACE + STATUTES)),
    "four references": a_form(references="".join(a_reference(str(kind), kind=kind) for kind in "1678")),
    "no action": f"<Form>{HEADER}</Form>",
    "a cancel": a_form(a_cancel()),
    "an out": a_form("<DimonaOut><DimonaPeriodId>1</DimonaPeriodId><EndingDate>2025-07-01</EndingDate></DimonaOut>"),
    "an update": a_form("<DimonaUpdate><DimonaPeriodId>1</DimonaPeriodId></DimonaUpdate>"),
    "a daily registration": a_form(
        "<DailyRegistrationDeclaration><AttestationStatus>0</AttestationStatus></DailyRegistrationDeclaration>"
    ),
    "an empty employer": with_employer(""),
    "a signed registration number": with_employer("<NOSSRegistrationNbr>+12345674</NOSSRegistrationNbr>"),
    "a padded registration number": with_employer("<NOSSRegistrationNbr>00012345674</NOSSRegistrationNbr>"),
    "hours with blanks and a sign": a_form(an_in(planned="<PlannedHoursNbr> +008\n</PlannedHoursNbr>")),
    "a birth date without day": with_person("<WorkerBirthdate>2005-00-00</WorkerBirthdate>"),
    "an initial with an accent": with_person("<WorkerInitial>\u00c9</WorkerInitial>"),
    "the end of a day": a_form(header=a_header(hour="24:00:00.000")),
}


@pytest.mark.parametrize(("form", "code"), UNSOUND.values(), ids=UNSOUND.keys())
def test_one_fault_of_structure_has_its_code(form: str, code: str) -> None:
    assert codes_of(form)[0] == code


@pytest.mark.parametrize(("form", "code"), UNSOUND.values(), ids=UNSOUND.keys())
def test_a_form_of_unsound_structure_has_no_action_and_is_blocked(form: str, code: str) -> None:
    (one,) = judged(form)
    assert one.action is None
    assert one.is_blocked
    assert code.startswith(one.findings[0].code[:5])


@pytest.mark.parametrize("form", SOUND.values(), ids=SOUND.keys())
def test_a_sound_structure_is_taken_by_the_schema(form: str) -> None:
    assert dimona_schema().compiled().validate(parsed(form))


@pytest.mark.parametrize("form", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_explained_of_a_sound_structure(form: str) -> None:
    assert explain(place_of_form(parsed(form), index=1), form_of(dimona_schema().definition)) == ()


@pytest.mark.parametrize("form", [form for form, _ in UNSOUND.values()], ids=UNSOUND.keys())
def test_a_second_implementation_refuses_the_same_forms(form: str) -> None:
    assert not xmlschema.XMLSchema(dimona_schema().definition).is_valid(parsed(form))


@pytest.mark.parametrize("form", SOUND.values(), ids=SOUND.keys())
def test_a_second_implementation_takes_the_same_forms(form: str) -> None:
    assert xmlschema.XMLSchema(dimona_schema().definition).is_valid(parsed(form))


def test_a_whole_file_is_valid_against_the_same_schema() -> None:
    assert dimona_schema().compiled().validate(etree.fromstring(a_payload(*SOUND.values())))


def test_every_fault_of_a_form_is_told() -> None:
    form = a_form(
        an_in(start="", commission="999", person="<NaturalPerson><INSS>1</INSS><Age>20</Age></NaturalPerson>")
    )
    assert codes_of(form) == ["00024-003", "90017-092", "00046-008", "00910-001"]


def test_an_attribute_is_named_in_no_language_and_within_its_length() -> None:
    (one,) = judged(a_form().replace("<DimonaIn>", f"<DimonaIn a='1' {'b' * 200}='2'>"))
    assert [finding.tag for finding in one.findings] == ["@a", "@" + "b" * 99]


def test_a_finding_says_what_stands_where() -> None:
    (one,) = judged(a_form(references=a_reference()).replace("2025-08-31", "2025-08-32"))
    (finding,) = one.findings
    assert (finding.code, finding.tag, finding.value) == ("00911-003", "EndingDate", "2025-08-32")
    assert finding.location is not None
    assert (finding.location.line, finding.location.indexes) == (2, "1,1,7,2")


def test_indexes_count_elements_and_not_comments() -> None:
    (one,) = judged(a_form(header="<!-- a -->" + a_header(status="9")))
    assert one.findings[0].location is not None
    assert one.findings[0].location.indexes == "1,1,4"


def test_a_missing_element_is_found_at_its_block() -> None:
    (one,) = judged(a_form("<DimonaCancel/>"))
    (finding,) = one.findings
    assert (finding.tag, finding.value) == ("DimonaPeriodId", None)
    assert finding.location is not None
    assert finding.location.indexes == "1,1,6"


def test_the_second_form_is_found_as_the_second() -> None:
    _, second = judged(a_form(), a_form(header=a_header(status="9")))
    assert second.index == 2
    assert second.findings[0].location is not None
    assert second.findings[0].location.indexes == "1,2,4"


def test_a_line_beyond_the_sixteen_bits_of_old_parsers_is_told() -> None:
    forms = ["\n" * 200 + a_form() for _ in range(400)]
    *_, last = judged(*forms, a_form(header=a_header(status="9")))
    assert last.findings[0].location is not None
    assert last.findings[0].location.line == 400 * 201 + 2


def test_a_long_value_is_cut() -> None:
    (one,) = judged(a_form(an_in(commission="9" * 500)))
    assert one.findings[0].value == "9" * 100


def test_a_flood_of_faults_is_cut() -> None:
    assert len(codes_of(a_form("<Nonsense/>" * 1_000))) == MAX_FAULTS


def test_an_unknown_type_named_by_a_form_refuses_it() -> None:
    form = a_form().replace(
        "<EmployerId>", '<EmployerId xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Nothing">'
    )
    assert codes_of(form) == ["90256-092"]


def test_a_fault_that_only_the_schema_knows_still_refuses_the_form(tmp_path: Path) -> None:
    stricter = tmp_path / "stricter.xsd"
    known = dimona_schema().definition.read_text(encoding="utf-8")
    stricter.write_text(known.replace('<xs:minInclusive value="1"/>', '<xs:minExclusive value="240"/>'), "utf-8")
    schema = replace(dimona_schema(), definition=stricter)
    (one,) = judge_forms(io.BytesIO(a_payload()), schema=schema, received_at=RECEIVED_AT)
    assert [finding.code for finding in one.findings] == ["90059-003"]
    assert one.action is None


def test_neighbours_of_an_unsound_form_are_judged_by_themselves() -> None:
    forms = judged(a_form(), a_form("<Nonsense/>"), a_form(a_cancel()))
    assert [form.is_blocked for form in forms] == [False, True, False]


def test_an_answer_can_repeat_what_is_valid_in_an_unsound_form() -> None:
    (one,) = judged(a_form(an_in(commission="999"), references=a_reference("A") + a_reference("B" * 21, kind="7")))
    assert one.header is not None
    assert one.header.creation_hour == "09:12:44.120"
    assert [reference.number for reference in one.references] == ["A"]
    assert one.employer is not None
    assert one.employer.nsso == "012345674"
    assert one.insz == "05071400153"


@pytest.mark.parametrize(
    "header",
    [
        a_header(date="2025-02-30"),
        a_header(hour="9:00"),
        a_header(status="123456789"),
        a_header(type_form=" "),
        HEADER.replace("<TypeForm>SU</TypeForm>", ""),
        HEADER + "<TypeForm>SU</TypeForm>",
    ],
)
def test_a_header_that_is_not_readable_is_not_repeated(header: str) -> None:
    (one,) = judged(a_form(header=header))
    assert one.header is None
    assert one.is_blocked


def test_a_header_with_a_wrong_code_is_repeated_as_written() -> None:
    (one,) = judged(a_form(header=a_header(status="5")))
    assert one.header is not None
    assert one.header.attestation_status == "5"


def test_an_invalid_number_is_not_repeated() -> None:
    (one,) = judged(a_form(an_in(person="<NaturalPerson><INSS>12</INSS></NaturalPerson>")))
    assert one.insz is None


def test_nothing_of_an_unknown_action_is_repeated() -> None:
    (one,) = judged(a_form("<DimonaPause><INSS>05071400153</INSS><EmployerId/></DimonaPause>"))
    assert (one.insz, one.employer) == (None, None)


def test_nothing_of_two_actions_is_repeated() -> None:
    (one,) = judged(a_form(an_in() + a_cancel()))
    assert (one.insz, one.employer) == (None, None)
