"""Labels of anomalies: complete in four languages, within 500 characters, and typeset as each language asks."""

import re
from string import Formatter

import pytest

from domain.access_anomalies import AccessAnomaly
from domain.findings import Finding, Severity
from domain.languages import Language
from domain.refusals import RefusalCode
from ingest.anomaly_labels import MAX_LABEL, label_of, read_catalogue, read_refusals
from registers.student_days.codes import RegisterAnomaly
from tests.architecture.repository import ROOT, first_column
from tests.validators.test_form_structure import UNSOUND
from validators.dimona.codes import AnomalyCode
from validators.value_types import General

DOCUMENTED = [
    code
    for code in first_column(ROOT / "docs" / "reference" / "anomaly-codes.md")
    if re.fullmatch(r"([0-9]{5}-|ACCS-)?[0-9]{3}", code)
]
LABELS = [
    (code, Language(language), text) for code, texts in read_catalogue().items() for language, text in texts.items()
]
LANGUAGES = list(Language)


def a_finding(code: str, *, tag: str | None = "Tag", value: str | None = None) -> Finding:
    return Finding(code, Severity.BLOCKING, "detail", tag=tag, value=value)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_code_there_is_has_a_label_and_no_other() -> None:
    assert set(read_catalogue()) == {
        *map(str, AnomalyCode),
        *map(str, RegisterAnomaly),
        *map(str, AccessAnomaly),
        *map(str, General),
    }
    assert set(read_catalogue()) == set(DOCUMENTED)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_code_is_labelled_in_four_languages(code: str) -> None:
    labels = read_catalogue()[code]

    assert set(labels) == set(Language)
    assert len(set(labels.values())) == len(labels)


@pytest.mark.parametrize("code", DOCUMENTED)
def test_the_languages_of_a_label_name_the_same_things(code: str) -> None:
    expected = {"tag"} if len(code) == 3 else set()

    assert {language: placeholders(text) for language, text in read_catalogue()[code].items()} == dict.fromkeys(
        Language, expected
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_of_structure_has_a_label(language: Language) -> None:
    assert [code for _, code in UNSOUND.values() if not label_of(a_finding(code), language)] == []


def test_a_whole_code_comes_before_its_general_number() -> None:
    own, general = label_of(a_finding("00911-001"), Language.EN), label_of(a_finding("00910-001"), Language.EN)

    assert own == "The ending date is missing: it is mandatory for a student, for EXT, for IVT and for temporary work."
    assert general == "The mandatory element Tag is missing or empty."


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "niet bekend"), ("fr", "inconnu"), ("de", "nicht bekannt"), ("en", "not known")]
)
def test_a_registration_that_nobody_knows_is_not_only_called_incomplete(language: str, said: str) -> None:
    """The register and the rules tell the same code."""
    assert said in (label_of(a_finding("90480-003", tag="DailyRegistrationId"), Language(language)) or "")


def test_a_code_without_a_label_has_none() -> None:
    assert label_of(a_finding("00913-999"), Language.FR) is None


def test_a_name_with_braces_is_only_a_name() -> None:
    assert label_of(a_finding("90059-092", tag="{0}{tag}"), Language.EN) == (
        "The element or attribute {0}{tag} is not known there."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_too_long_even_with_the_longest_name(language: Language) -> None:
    longest = [label_of(a_finding(code, tag="n" * 100), language) or "" for code in read_catalogue()]

    assert max(map(len, longest)) < MAX_LABEL


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_repeats_the_value(language: Language) -> None:
    value = "05071400153"

    assert [
        code for code in read_catalogue() if value in (label_of(a_finding(code, value=value), language) or "")
    ] == []


def test_labels_are_sentences_without_typewriter_marks() -> None:
    wrong = [
        (code, language)
        for code, language, text in LABELS
        if not text.endswith(".") or text[0].islower() or re.search(r"['\"]|\s{2}|\.\.| [.,]", text)
    ]
    assert wrong == []


def test_french_puts_a_no_break_space_before_a_colon_and_others_none() -> None:
    wrong = [
        (code, language)
        for code, language, text in LABELS
        for before in re.findall(r"(.):", text)
        if (before == "\u00a0") != (language is Language.FR)
    ]
    assert wrong == []


def test_german_starts_a_sentence_after_a_colon_with_a_capital() -> None:
    sentences = [
        text for _, language, text in LABELS if language is Language.DE and re.search(r": (ist|es|sie|er) ", text)
    ]

    assert sentences == []


def test_every_code_of_an_acknowledgement_is_said_in_four_languages() -> None:
    refusals = read_refusals()
    assert set(refusals) == {str(code) for code in RefusalCode}
    assert {code for code, texts in refusals.items() if set(texts) != {str(each) for each in LANGUAGES}} == set()
    alike = [code for code, texts in refusals.items() if len(set(texts.values())) < len(LANGUAGES)]
    assert alike == []
