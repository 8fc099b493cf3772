"""States of a delivery, answers and anomalies in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domain.answers import AnswerKind
from evidence.models import SubmissionState
from ingest.anomaly_labels import read_catalogue

_GENERAL_DIGITS = 3

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
        AnswerKind.CHECK_IN_VALIDITY: _("Changed validity of check-ins"),
    }
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A code, and what it says in the reader's language; empty where no label says it."""

    code: str
    label: str


def anomalies(codes: Iterable[str], *, tag: str = "") -> Sequence[Anomaly]:
    """Return the codes with their labels in the language of the page."""
    language, catalogue = (get_language() or "en")[:2], read_catalogue()
    found = []
    for code in codes:
        labels = catalogue.get(code) or catalogue.get(code[-_GENERAL_DIGITS:] if "-" in code else code)
        is_known = labels is not None and not code.startswith("ACRF-")
        found.append(Anomaly(code, labels[language].format(tag=tag).strip() if is_known and labels else ""))
    return found
