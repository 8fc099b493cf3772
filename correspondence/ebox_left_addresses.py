"""The letter to an address that mails about an e-Box reached until now: whoever moved or stopped them could be anybody (ASVS 6.3.7).

It names nobody, no company and no new address.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

from correspondence.contact import contact_phone
from correspondence.models import Carrier, EboxAlert
from correspondence.outbox import post
from domain.languages import Language

_Letter = tuple[str, str]

_OF_A_PERSON: Mapping[Language, _Letter] = MappingProxyType(
    {
        Language.NL: (
            "Berichten over uw e-Box komen niet meer op dit adres",
            (
                "Wacht er iets in uw e-Box, dan krijgt voortaan een ander adres daarvan bericht, of geen. Verwachtte u dit niet, "
                "meld u dan aan met uw eID of itsme en bekijk uw e-Box, of bel ons: {phone}."
            ),
        ),
        Language.FR: (
            "Les messages sur votre e-Box n'arrivent plus à cette adresse",
            (
                "Lorsque quelque chose attend dans votre e-Box, une autre adresse en est désormais avertie, ou aucune. Si vous ne "
                "vous y attendiez pas, connectez-vous avec votre eID ou itsme et vérifiez votre e-Box, ou appelez-nous : {phone}."
            ),
        ),
        Language.DE: (
            "Nachrichten zu Ihrer e-Box kommen nicht mehr an diese Adresse",
            (
                "Wartet etwas in Ihrer e-Box, so erfährt es ab jetzt eine andere Adresse oder keine. Wenn Sie das nicht erwartet "
                "haben, melden Sie sich mit Ihrer eID oder itsme an und sehen Sie in Ihre e-Box, oder rufen Sie uns an: {phone}."
            ),
        ),
        Language.EN: (
            "Mails about your e-Box do not come to this address any more",
            (
                "When something waits in your e-Box, another address is told from now on, or none. If you did not expect this, "
                "sign in with your eID or itsme and look at your e-Box, or call us: {phone}."
            ),
        ),
    }
)
_OF_A_COMPANY: Mapping[Language, _Letter] = MappingProxyType(
    {
        Language.NL: (
            "Berichten over de e-Box van uw onderneming komen niet meer op dit adres",
            (
                "Wacht er iets in de e-Box van uw onderneming, dan krijgt voortaan een ander adres daarvan bericht, of geen. "
                "Verwachtte u dit niet, vraag het dan aan uw toegangsbeheerder, of bel ons: {phone}."
            ),
        ),
        Language.FR: (
            "Les messages sur l'e-Box de votre entreprise n'arrivent plus à cette adresse",
            (
                "Lorsque quelque chose attend dans l'e-Box de votre entreprise, une autre adresse en est désormais avertie, ou "
                "aucune. Si vous ne vous y attendiez pas, demandez à votre gestionnaire d'accès, ou appelez-nous : {phone}."
            ),
        ),
        Language.DE: (
            "Nachrichten zur e-Box Ihres Unternehmens kommen nicht mehr an diese Adresse",
            (
                "Wartet etwas in der e-Box Ihres Unternehmens, so erfährt es ab jetzt eine andere Adresse oder keine. Wenn Sie das "
                "nicht erwartet haben, fragen Sie Ihren Zugangsverwalter, oder rufen Sie uns an: {phone}."
            ),
        ),
        Language.EN: (
            "Mails about the e-Box of your company do not come to this address any more",
            (
                "When something waits in the e-Box of your company, another address is told from now on, or none. If you did not "
                "expect this, ask your access manager, or call us: {phone}."
            ),
        ),
    }
)


def tell_left(alert: EboxAlert, *, at: datetime) -> None:
    """Write to the address of an alert that is changed or stopped, in that transaction and in the alert's language."""
    letters = _OF_A_COMPANY if alert.person_id is None else _OF_A_PERSON
    subject, body = letters[Language(alert.language)]
    post(
        carrier=Carrier.MAIL,
        recipient=alert.address,
        subject=subject,
        body=f"{body.format(phone=contact_phone())}\n",
        occasion=f"e-Box alert {alert.pk} left {at.isoformat()} {sha256(alert.address.encode()).hexdigest()[:16]}",
        at=at,
    )
