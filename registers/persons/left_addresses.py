"""Letters to an address or number that is a person's no more: whoever put another in its place could be anybody (ASVS 6.3.7).

They name nobody, no new address and no number. A person of the tests is told nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

from correspondence.contact import contact_phone
from correspondence.models import Carrier, OutboxMessage
from domain.environments import Environment
from domain.languages import Language
from registers.persons.models import PersonDetails

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN
_Letter = tuple[str, str]

_NOT_EXPECTED = {
    _NL: "Verwachtte u dit niet, meld u dan aan met uw eID of itsme en bekijk uw digitale sleutels, of bel ons: {phone}.",
    _FR: "Si vous ne vous y attendiez pas, connectez-vous avec votre eID ou itsme et vérifiez vos clés numériques, ou appelez-nous : {phone}.",
    _DE: "Wenn Sie das nicht erwartet haben, melden Sie sich mit Ihrer eID oder itsme an und prüfen Sie Ihre digitalen Schlüssel, "
    "oder rufen Sie uns an: {phone}.",
    _EN: "If you did not expect this, sign in with your eID or itsme and look at your digital keys, or call us: {phone}.",
}
_ADDRESS_LEFT: Mapping[Language, _Letter] = MappingProxyType(
    {
        _NL: (
            "Uw e-mailadres is gewijzigd",
            "Voor u is een ander e-mailadres opgegeven; op dit adres schrijven wij u niet meer.",
        ),
        _FR: (
            "Votre adresse e-mail a été modifiée",
            "Une autre adresse e-mail a été indiquée pour vous ; nous ne vous écrivons plus à celle-ci.",
        ),
        _DE: (
            "Ihre E-Mail-Adresse wurde geändert",
            "Für Sie wurde eine andere E-Mail-Adresse angegeben; an diese hier schreiben wir Ihnen nicht mehr.",
        ),
        _EN: (
            "Your e-mail address was changed",
            "Another e-mail address was given for you; we write to you at this one no more.",
        ),
    }
)
_MOBILE_LEFT: Mapping[Language, _Letter] = MappingProxyType(
    {
        _NL: ("Uw gsm-nummer is gewijzigd", "Voor u is een ander gsm-nummer opgegeven."),
        _FR: ("Votre numéro de GSM a été modifié", "Un autre numéro de GSM a été indiqué pour vous."),
        _DE: ("Ihre Handynummer wurde geändert", "Für Sie wurde eine andere Handynummer angegeben."),
        _EN: ("Your mobile number was changed", "Another mobile number was given for you."),
    }
)


def not_expected(language: Language) -> str:
    """Return what follows in a letter about something that the person may not know of."""
    return _NOT_EXPECTED[language].format(phone=contact_phone())


def letters_of_left(known: PersonDetails, *, email: str, mobile: str, at: datetime) -> Iterator[OutboxMessage]:
    """Yield what is told where `email` and `mobile` take the place of what is `known`, to be written in one transaction.

    A number that is left is told of by text message, and by mail at the address there was; nothing where there was none.
    """
    if known.environment != Environment.PRODUCTION:
        return
    if known.email and known.email != email:
        yield _mail(known, _ADDRESS_LEFT, "address", at=at)
    if known.mobile and known.mobile != mobile:
        yield _text_message(known, at=at)
        if known.email:
            yield _mail(known, _MOBILE_LEFT, "mobile number", at=at)


def _mail(known: PersonDetails, letters: Mapping[Language, _Letter], what: str, *, at: datetime) -> OutboxMessage:
    language = Language(known.language)
    subject, body = letters[language]
    return OutboxMessage(
        carrier=Carrier.MAIL,
        recipient=known.email,
        subject=subject,
        body=f"{body} {not_expected(language)}\n",
        occasion=_occasion(known, what, at=at),
        written_at=at,
    )


def _text_message(known: PersonDetails, *, at: datetime) -> OutboxMessage:
    language = Language(known.language)
    return OutboxMessage(
        carrier=Carrier.TEXT_MESSAGE,
        recipient=known.mobile,
        body=f"Guichet: {_MOBILE_LEFT[language][1]} {not_expected(language)}",
        occasion=_occasion(known, "mobile", at=at),
        written_at=at,
    )


def _occasion(known: PersonDetails, what: str, *, at: datetime) -> str:
    left = sha256(f"{known.email} {known.mobile}".encode()).hexdigest()[:16]
    return f"{what} of person {known.pk} left {at.isoformat()} {left}"
