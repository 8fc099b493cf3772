import re
from collections import Counter

from auth.eid.refusals import EidCode
from auth.openid.faults import OpenIdFault, ProviderTrouble
from domain.access_anomalies import AccessAnomaly
from domain.findings import INTERNAL_CODES, Severity
from domain.refusals import RefusalCode
from eid_agent.troubles import Trouble
from registers.student_days.codes import SENTENCES, RegisterAnomaly
from tests.architecture.repository import ROOMS, ROOT, first_column, modules, shown, table_rows
from validators.dimona.codes import AnomalyCode
from validators.dimona.rule_book import RULES
from validators.value_types import General

REFUSAL_CODES = ROOT / "docs" / "reference" / "refusal-codes.md"
EID_CODES = ROOT / "docs" / "reference" / "eid-codes.md"
ANOMALY_CODES = ROOT / "docs" / "reference" / "anomaly-codes.md"
OPENID_CODES = ROOT / "docs" / "reference" / "openid-codes.md"
WHOLE_CODE = re.compile(r"\A([0-9]{5}|ACCS)-[0-9]{3}\Z")


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_refusal_codes_are_unique() -> None:
    assert repeated([code.value for code in RefusalCode.__members__.values()]) == []


def test_refusal_codes_have_the_form_of_a_receipt() -> None:
    assert [code for code in RefusalCode if not re.fullmatch(r"ACRF-[0-9]{3}", code)] == []


def test_documented_refusal_codes_are_those_there_are() -> None:
    documented = first_column(REFUSAL_CODES)
    assert repeated(documented) == []
    assert set(documented) == {code.value for code in RefusalCode}


def test_every_refusal_code_is_raised_somewhere() -> None:
    """Whatever is not, is documented as not raised."""
    raised = set()
    for path in modules(*ROOMS):
        if shown(path) != "domain/refusals.py":
            raised |= set(re.findall(r"RefusalCode\.([A-Z_]+)", path.read_text(encoding="utf-8")))
    silent = {code.value for code in RefusalCode if code.name not in raised}
    told = {
        line.split("|")[1].strip(" `")
        for line in REFUSAL_CODES.read_text(encoding="utf-8").splitlines()
        if "Never raised" in line
    }
    assert silent == told


def test_anomaly_codes_are_unique_in_each_room() -> None:
    """Two rooms may find the same fault: one by what a form says of itself, the other by the period that it names."""
    for kind in (AnomalyCode, RegisterAnomaly, AccessAnomaly):
        assert repeated([code.value for code in kind.__members__.values()]) == []


def test_documented_classes_of_access_anomalies_are_theirs() -> None:
    rows = {row[0].strip("`"): row[1] for row in table_rows(ANOMALY_CODES) if row[0].startswith("`ACCS-")}
    assert rows == {str(code): str(code.severity or "F") for code in AccessAnomaly}


def test_anomaly_codes_are_a_zone_and_a_general_number() -> None:
    assert [
        code for kind in (AnomalyCode, RegisterAnomaly, AccessAnomaly) for code in kind if not WHOLE_CODE.match(code)
    ] == []


def test_documented_anomaly_codes_are_those_there_are() -> None:
    documented = [code for code in first_column(ANOMALY_CODES) if WHOLE_CODE.match(code)]
    assert repeated(documented) == []
    assert set(documented) == {*map(str, AnomalyCode), *map(str, RegisterAnomaly), *map(str, AccessAnomaly)}


def test_codes_that_are_documented_as_never_raised_are_not() -> None:
    text = ANOMALY_CODES.read_text(encoding="utf-8")
    section = text.split("## Official codes that are never raised\n")[1].split("`90378` repeats")[0]
    silent = re.findall(r"`([0-9]{5}-[0-9]{3})`", section)

    assert repeated(silent) == []
    assert {*silent} & {*map(str, AnomalyCode), *map(str, RegisterAnomaly)} == set()


def test_documented_general_numbers_are_those_there_are() -> None:
    documented = [code for code in first_column(ANOMALY_CODES) if re.fullmatch(r"[0-9]{3}", code)]
    assert repeated(documented) == []
    assert set(documented) == {*map(str, General)}


def test_every_anomaly_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(RegisterAnomaly)
    assert [code for code in (*AnomalyCode, *AccessAnomaly) if not code.sentence.endswith(".")] == []


def test_codes_told_to_nobody_are_those_of_the_class_that_no_answer_has() -> None:
    internal = {str(rule.code) for rule in RULES if rule.severity is Severity.WARNING}
    assert internal == INTERNAL_CODES


def test_documented_codes_of_itsme_and_eidas_are_those_there_are() -> None:
    documented = first_column(OPENID_CODES)
    assert repeated(documented) == []
    assert set(documented) == {str(code) for kind in (OpenIdFault, ProviderTrouble) for code in kind}


def test_documented_codes_of_signing_in_by_card_are_those_there_are() -> None:
    assert sorted(first_column(EID_CODES)) == sorted(EidCode)


def test_documented_troubles_at_the_card_reader_are_those_there_are() -> None:
    documented = first_column(ROOT / "docs" / "how-to" / "sign-in-with-an-eid.md")
    assert sorted(code for code in documented if code.startswith("eid:")) == sorted(Trouble)
