"""Letters about a company's account to those whom its e-Box does not reach: they name this counter, no company, no number, no secret."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from string import Template
from types import MappingProxyType

from correspondence.models import Carrier
from correspondence.outbox import post
from domain.languages import Language
from domain.written_values import WrittenValue, render_values
from registers.persons.models import PersonDetails

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN


class AccountLetter(StrEnum):
    """What a person is told."""

    ACTIVATION_WAITS = "ACTIVATION_WAITS"
    SIGN_IN_LOCKED = "SIGN_IN_LOCKED"
    COMPANY_TASK = "COMPANY_TASK"
    MANDATE_OFFERED = "MANDATE_OFFERED"
    PASSWORDS_WILL_END = "PASSWORDS_WILL_END"
    PASSWORDS_OFF = "PASSWORDS_OFF"


_STRONG_KEYS = {
    _NL: "Meld u aan met eID, itsme of een passkey; een passkey registreert u onder Mijn digitale sleutels.",
    _FR: "Connectez-vous avec l'eID, itsme ou une clé d'accès ; une clé d'accès s'enregistre sous Mes clés numériques.",
    _DE: "Melden Sie sich mit eID, itsme oder einem Passkey an; einen Passkey registrieren Sie unter Meine digitalen Schlüssel.",
    _EN: "Sign in with eID, itsme or a passkey; a passkey is registered under My digital keys.",
}

_LETTERS: Mapping[AccountLetter, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        AccountLetter.ACTIVATION_WAITS: {
            _NL: (
                "Uw activering wacht",
                (
                    "Het account van uw onderneming bij Guichet is nog niet geactiveerd. U kunt dat nog tot en met $date doen "
                    "door u er aan te melden. Daarna moet de verantwoordelijke van uw onderneming nieuwe codes vragen.\n"
                ),
            ),
            _FR: (
                "Votre activation attend",
                (
                    "Le compte de votre entreprise auprès de Guichet n'est pas encore activé. Vous pouvez encore le faire jusqu'au "
                    "$date inclus en vous y identifiant. Ensuite, le responsable de votre entreprise doit demander de nouveaux codes.\n"
                ),
            ),
            _DE: (
                "Ihre Aktivierung wartet",
                (
                    "Das Konto Ihres Unternehmens bei Guichet ist noch nicht aktiviert. Sie können es noch bis einschließlich $date "
                    "tun, indem Sie sich dort anmelden. Danach muss der Verantwortliche Ihres Unternehmens neue Codes anfordern.\n"
                ),
            ),
            _EN: (
                "Your activation waits",
                (
                    "The account of your company at Guichet is not activated yet. You can still do so until $date by signing in "
                    "there. Afterwards the responsible person of your company must request new codes.\n"
                ),
            ),
        },
        AccountLetter.SIGN_IN_LOCKED: {
            _NL: (
                "Uw eerste aanmelding is geblokkeerd",
                (
                    "Bij uw eerste aanmelding bij Guichet werd drie keer een verkeerd rijksregisternummer ingevoerd. Uw codes werken "
                    "niet meer. Vraag nieuwe codes aan wie ze u bezorgde, en meld het daar als u het niet zelf was.\n"
                ),
            ),
            _FR: (
                "Votre première identification est bloquée",
                (
                    "Lors de votre première identification auprès de Guichet, un numéro de registre national erroné a été saisi trois "
                    "fois. Vos codes ne fonctionnent plus. Demandez-en de nouveaux à qui vous les a procurés, et signalez-le si ce n'était "
                    "pas vous.\n"
                ),
            ),
            _DE: (
                "Ihre erste Anmeldung ist gesperrt",
                (
                    "Bei Ihrer ersten Anmeldung bei Guichet wurde dreimal eine falsche Nationalregisternummer eingegeben. Ihre Codes "
                    "gelten nicht mehr. Bitten Sie den, von dem Sie sie haben, um neue, und melden Sie es dort, wenn Sie es nicht waren.\n"
                ),
            ),
            _EN: (
                "Your first sign-in is locked",
                (
                    "At your first sign-in at Guichet a wrong national number was entered three times. Your codes work no more. Ask "
                    "whoever gave them to you for new ones, and say so there if it was not you.\n"
                ),
            ),
        },
        AccountLetter.COMPANY_TASK: {
            _NL: (
                "Er wacht een taak in de e-Box van uw onderneming",
                "Er wacht een taak in de e-Box van uw onderneming bij Guichet. Meld u daar aan om ze te lezen.\n",
            ),
            _FR: (
                "Une tâche attend dans l'e-Box de votre entreprise",
                "Une tâche attend dans l'e-Box de votre entreprise auprès de Guichet. Connectez-vous-y pour la lire.\n",
            ),
            _DE: (
                "Eine Aufgabe wartet in der e-Box Ihres Unternehmens",
                "Eine Aufgabe wartet in der e-Box Ihres Unternehmens bei Guichet. Melden Sie sich dort an, um sie zu lesen.\n",
            ),
            _EN: (
                "A task is waiting in the e-Box of your company",
                "A task is waiting in the e-Box of your company at Guichet. Sign in there to read it.\n",
            ),
        },
        AccountLetter.MANDATE_OFFERED: {
            _NL: (
                "Een mandaat wacht op uw antwoord",
                "Een onderneming stelt de uwe bij Guichet een mandaat voor. Meld u daar aan en aanvaard of weiger het onder Mandaten.\n",
            ),
            _FR: (
                "Un mandat attend votre réponse",
                "Une entreprise propose un mandat à la vôtre auprès de Guichet. Connectez-vous-y et acceptez ou refusez-le sous Mandats.\n",
            ),
            _DE: (
                "Ein Mandat wartet auf Ihre Antwort",
                "Ein Unternehmen schlägt Ihrem bei Guichet ein Mandat vor. Melden Sie sich dort an und antworten Sie unter Mandate.\n",
            ),
            _EN: (
                "A mandate waits for your answer",
                "A company proposes a mandate to yours at Guichet. Sign in there and accept or refuse it under Mandates.\n",
            ),
        },
        AccountLetter.PASSWORDS_WILL_END: {
            _NL: (
                "Aanmelden met een wachtwoord stopt",
                f"Uw onderneming schakelt het aanmelden bij Guichet met een wachtwoord binnenkort uit, met of zonder code. {_STRONG_KEYS[_NL]}\n",
            ),
            _FR: (
                "L'identification par mot de passe prend fin",
                f"Votre entreprise désactive bientôt l'identification par mot de passe auprès de Guichet, avec ou sans code. {_STRONG_KEYS[_FR]}\n",
            ),
            _DE: (
                "Die Anmeldung mit Kennwort endet",
                f"Ihr Unternehmen schaltet die Anmeldung bei Guichet mit Kennwort bald aus, mit oder ohne Code. {_STRONG_KEYS[_DE]}\n",
            ),
            _EN: (
                "Signing in with a password comes to an end",
                f"Your company soon switches off signing in to Guichet with a password, with or without a code. {_STRONG_KEYS[_EN]}\n",
            ),
        },
        AccountLetter.PASSWORDS_OFF: {
            _NL: (
                "Aanmelden met een wachtwoord is uitgeschakeld",
                f"Uw onderneming heeft het aanmelden bij Guichet met een wachtwoord uitgeschakeld, met of zonder code. {_STRONG_KEYS[_NL]}\n",
            ),
            _FR: (
                "L'identification par mot de passe est désactivée",
                f"Votre entreprise a désactivé l'identification par mot de passe auprès de Guichet, avec ou sans code. {_STRONG_KEYS[_FR]}\n",
            ),
            _DE: (
                "Die Anmeldung mit Kennwort ist ausgeschaltet",
                f"Ihr Unternehmen hat die Anmeldung bei Guichet mit Kennwort ausgeschaltet, mit oder ohne Code. {_STRONG_KEYS[_DE]}\n",
            ),
            _EN: (
                "Signing in with a password is switched off",
                f"Your company has switched off signing in to Guichet with a password, with or without a code. {_STRONG_KEYS[_EN]}\n",
            ),
        },
    }
)


def write_to(
    person_ids: Collection[int],
    letter: AccountLetter,
    *,
    occasion: str,
    at: datetime,
    values: Mapping[str, WrittenValue] | None = None,
) -> int:
    """Post the letter to each of these persons who has an address; return to how many. The same occasion is told once."""
    details = PersonDetails.objects.filter(pk__in=list(person_ids)).exclude(email="").order_by("pk")
    written = 0
    for person in details:
        language = Language(person.language)
        subject, body = _LETTERS[letter][language]
        post(
            carrier=Carrier.MAIL,
            recipient=person.email,
            subject=subject,
            body=Template(body).substitute(render_values(values or {}, language)),
            occasion=f"{occasion}, person {person.pk}",
            at=at,
        )
        written += 1
    return written
