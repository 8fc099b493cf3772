"""Records of looks and attestations are forgotten as the settings say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.compose import forget_old_questions, years_before
from domain.languages import Language
from portal.configuration import Configuration
from portal.environment_variables import ConfigurationError
from registers.student_days.models import Attestation, ConsultationLog
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import AttestationDesk, issue_attestation
from registers.student_days.questions.balances import read_balance
from tests.registers.questions.conftest import NUMBER, ask


@pytest.mark.parametrize(("keep", "left"), [(10, 1), (5, 0), (0, 1)])
def test_looks_are_kept_as_many_years_as_the_setting_says(db: None, settings, keep: int, left: int):
    settings.GUICHET = replace(settings.GUICHET, keep_consultations_years=keep)
    read_balance(None, 2020, **ask(at=datetime.now(UTC) - timedelta(days=6 * 366)))
    forget_old_questions()

    assert ConsultationLog.objects.count() == left


@pytest.mark.parametrize(("more", "left"), [(1, 1), (-1, 0)])
def test_attestations_are_kept_as_many_days_after_their_end_as_the_setting_says(
    somebody: int, desk: AttestationDesk, settings, more: int, left: int
):
    issued = issue_attestation(
        somebody, Holder(NUMBER), language=Language.EN, desk=desk, **ask(at=datetime.now(UTC) - timedelta(days=600))
    )
    ended = datetime.now(UTC) - issued.expires_at
    settings.GUICHET = replace(settings.GUICHET, keep_attestations_days=ended.days + more)
    forget_old_questions()

    assert Attestation.objects.count() == left


MISTAKES = (
    ("GUICHET_KEEP_CONSULTATIONS_YEARS", "4", "5 to 100, or 0 for ever, is expected"),
    ("GUICHET_KEEP_CONSULTATIONS_YEARS", "2036", "5 to 100, or 0 for ever, is expected"),
    ("GUICHET_KEEP_STUDENT_DAYS_YEARS", "2", "3 to 100, or 0 for ever, is expected"),
    ("GUICHET_KEEP_REMOVED_USERS_YEARS", "2036", "1 to 100, or 0 for ever, is expected"),
    ("GUICHET_KEEP_ATTESTATIONS_DAYS", "36526", "at most 36525 is expected"),
    ("GUICHET_KEEP_SESSION_TRACES_DAYS", "1000000", "at most 36525 is expected"),
    ("GUICHET_EVIDENCE_KEEP_DAYS", "1000000", "at most 36525 is expected"),
)


@pytest.mark.parametrize(("name", "text", "expected"), MISTAKES)
def test_what_is_kept_too_short_or_longer_than_a_century_is_a_mistake_that_is_named(
    monkeypatch: pytest.MonkeyPatch, name, text, expected
):
    monkeypatch.setenv(name, text)

    with pytest.raises(ConfigurationError, match=f"{name} is {text}; {expected}"):
        Configuration.from_environment()


def test_ten_years_before_a_leap_day_is_the_day_before_march():
    assert years_before(datetime(2028, 2, 29, 12, tzinfo=UTC), 10) == datetime(2018, 2, 28, 12, tzinfo=UTC)
