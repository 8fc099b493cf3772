"""States of a delivery, answers and anomalies in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domain.answers import AnswerKind
from evidence.models import SubmissionState
from ingest.anomaly_labels import read_catalogue, read_refusals

_GENERAL_DIGITS = 3
_OF_A_FILE = "ACRF-"

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        SubmissionState.SEALED: (_("Received"), "blue"),
        SubmissionState.CLAIMED: (_("Being judged"), "blue"),
        SubmissionState.UNDECIDED: (_("Waiting for us"), "yellow"),
        SubmissionState.QUARANTINED: (_("Looked at by an operator"), "yellow"),
        SubmissionState.RECEIVED: (_("Accepted, being filed"), "blue"),
        SubmissionState.REFUSED: (_("Refused"), "red"),
        SubmissionState.FILED: (_("Handled"), "green"),
    }
)
"""Each state with the colour of its tag."""

ANSWERS: Mapping[str, Promise] = MappingProxyType(
    {
        AnswerKind.ACKNOWLEDGEMENT: _("Acknowledgement"),
        AnswerKind.NOTIFICATION: _("Notification"),
        AnswerKind.CHECK_IN_RESULT: _("Results of check-ins"),
        AnswerKind.CHECK_IN_VALIDITY: _("Changes of check-ins"),
    }
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A code, and what it says in the reader's language; empty where no label says it."""

    code: str
    label: str


def anomalies(codes: Iterable[str], *, tag: str = "") -> Sequence[Anomaly]:
    """Return the codes, of an acknowledgement or of a notification, with their labels in the language of the page."""
    language = (get_language() or "en")[:2]
    return [Anomaly(code, _label(code, language, tag=tag)) for code in codes]


def _label(code: str, language: str, *, tag: str) -> str:
    catalogue = read_catalogue()
    labels = read_refusals().get(code) or catalogue.get(code)
    if labels is None and not code.startswith(_OF_A_FILE):
        labels = catalogue.get(code[-_GENERAL_DIGITS:] if "-" in code else code)
    return "" if labels is None else labels[language].format(tag=tag).strip()
