"""Let the web service ask the register of student days, in the name of a sender; the room between two rooms."""

from datetime import datetime
from functools import cached_property

from channels.models import Sender
from domain.environments import Environment
from domain.findings import Finding, Severity
from domain.languages import Language
from domain.sender_numbers import SenderNumber
from domain.student_day_questions import (
    AnomalyTold,
    Asker,
    AskerKind,
    DeclarationStatus,
    PeriodHistory,
    RemainingAmount,
)
from ingest.anomaly_labels import label_of
from portal.configuration import Configuration
from registers.persons.numbers import PersonKeys
from registers.student_days.questions.access_codes import CodeKey
from registers.student_days.questions.declarants import read_declaration, read_period
from registers.student_days.questions.look_ups import LookUpLimits, look_up

_ZONE_DIGITS = 5


class StudentDaysOfSenders:
    """Answers senders from the registers; access codes are those of production alone."""

    def __init__(self, configuration: Configuration) -> None:
        self._keys = configuration.home / "keys" / "persons.json"
        self._limits = LookUpLimits(
            tries=configuration.look_ups_per_hour, failures=configuration.failed_look_ups_per_hour
        )

    def find_period(self, number: int, *, sender: SenderNumber, at: datetime) -> PeriodHistory | None:
        """Return a period of an employer that the sender declares for."""
        company = Sender.objects.values_list("entity__company_number", flat=True).get(pk=str(sender))
        return read_period(number, declaring_company=company, asker=_asker(sender, "its period"), at=at)

    def find_declaration(self, ticket: str, *, sender: SenderNumber, at: datetime) -> DeclarationStatus | None:
        """Return a declaration of the sender, with labels in its language."""
        asker = _asker(sender, "its declaration")
        declaration = read_declaration(ticket, sender=str(sender), asker=asker, at=at)
        if declaration is None:
            return None
        language = Language(Sender.objects.values_list("language", flat=True).get(pk=str(sender)))
        return DeclarationStatus(declaration, tuple(_told(code, language) for code in declaration.codes))

    def find_remaining(self, code: str, *, sender: SenderNumber, at: datetime) -> RemainingAmount | None:
        """Return what an access code discloses; TooManyLookUpsError when the sender tried too many."""
        return look_up(
            code,
            environment=Environment.PRODUCTION,
            key=self._key,
            limits=self._limits,
            asker=_asker(sender, "access code of a student"),
            at=at,
        )

    @cached_property
    def _key(self) -> CodeKey:
        """Read when first needed, so that a portal without the keys of the registers still answers everything else."""
        return CodeKey.derive(PersonKeys.read(self._keys))


def _asker(sender: SenderNumber, what: str) -> Asker:
    return Asker(AskerKind.SENDER, str(sender), f"asked by web service: {what}")


def _told(code: str, language: Language) -> AnomalyTold:
    """Return the anomaly with its label; where that names an element, the element's zone number stands for it."""
    finding = Finding(code, Severity.NON_PERCENTAGE, detail="", tag=code[:_ZONE_DIGITS])
    return AnomalyTold(code, label_of(finding, language))
