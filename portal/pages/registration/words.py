"""What is shown, why keys are refused, and where a case stands, in the reader's words."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from auth.models import CaseState
from auth.registration_letters import QuestionAnswer
from domain.assurance import Means
from domain.registration import CaseRefusal, DocumentKind, Office, RegistrationPurpose
from portal.pages.names import means_name

CASE_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        CaseState.OPEN: (_("Open"), "blue"),
        CaseState.REFUSED: (_("Closed without keys"), "red"),
        CaseState.KEYS_ISSUED: (_("Keys handed over"), "green"),
    }
)
"""Each state with the colour of its tag."""

OFFICES: Mapping[str, Promise] = MappingProxyType(
    {
        Office.LOCAL: _("Local registration office"),
        Office.SOCIAL_SECURITY: _("Office of the social security"),
    }
)

PURPOSES: Mapping[str, Promise] = MappingProxyType(
    {
        RegistrationPurpose.STUDENT: _("Student@work"),
        RegistrationPurpose.OTHER: _("Something else"),
    }
)

DOCUMENTS: Mapping[str, Promise] = MappingProxyType(
    {
        DocumentKind.PASSPORT: _("International passport"),
        DocumentKind.IDENTITY_CARD: _("National identity card"),
        DocumentKind.DRIVING_LICENCE: _("Driving licence"),
        DocumentKind.BANK_CARD: _("Bank card"),
        DocumentKind.CREDIT_CARD: _("Credit card"),
        DocumentKind.SEASON_TICKET: _("Season ticket"),
        DocumentKind.OTHER: _("Another document"),
    }
)

REFUSALS: Mapping[CaseRefusal, Promise] = MappingProxyType(
    {
        CaseRefusal.DOCUMENT_NOT_ACCEPTED: _(
            "Only a national identity card or an international passport is accepted. Come back with one of them."
        ),
        CaseRefusal.CARD_NOT_OF_THE_UNION: _(
            "A national identity card is accepted from citizens of the European Union only. Come back with a passport."
        ),
        CaseRefusal.DOCUMENT_EXPIRED: _("The document has expired. Come back with one that is valid."),
        CaseRefusal.NO_APPOINTMENT: _("A local registration office helps by appointment only. Make one and come back."),
        CaseRefusal.IDENTITY_NOT_REGISTERED: _(
            "The identity is not registered in Belgium yet. The office of the social security registers it."
        ),
        CaseRefusal.NO_PROOF_OF_STUDY: _("Above the age of 30 a proof of study is needed. Come back with one."),
        CaseRefusal.NO_MAIL_ADDRESS: _("A personal e-mail address is needed: the link to the keys goes there."),
    }
)
"""Why a case is closed without keys, as it is told to the person."""

ANSWERS: Mapping[QuestionAnswer, Promise] = MappingProxyType(
    {
        QuestionAnswer.REGISTERED: _("Registered: to a local office, by appointment"),
        QuestionAnswer.NOT_REGISTERED: _("Not registered yet: to the office of the social security"),
        QuestionAnswer.UNCLEAR: _("Cannot be told for certain: please call"),
    }
)

LANGUAGES = (("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English"))


def proof_name(means: Means) -> str:
    """Return how somebody who waits proved himself; whoever asked for a video call did by nothing yet."""
    return str(_("nothing yet: asked for a video call")) if means is Means.EMAIL_CODE else means_name(means)


def language_name(code: str) -> str:
    """Return the name of a language of letters, in that language."""
    return dict(LANGUAGES).get(code, code)
