"""What a registration office writes: the link to first keys, and answers to who asks whether he is registered.

`$link` and `$until` are those of the link; `$address`, `$phone` and `$hours` those of the social-security office. An answer
tells no number, no name and no birth date: whoever reads it need not be who was meant.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.languages import Language

NL, FR, DE, EN = Language.NL, Language.FR, Language.DE, Language.EN
Letter = tuple[str, str]

ENROLMENT_LETTER: Mapping[Language, Letter] = {
    NL: (
        "Maak uw digitale sleutels aan",
        "Open deze link en geef de code in die u van het registratiekantoor kreeg:\n$link\nDe link geldt tot $until.\n",
    ),
    FR: (
        "Créez vos clés numériques",
        "Ouvrez ce lien et saisissez le code reçu au bureau d'enregistrement :\n$link\nLe lien est valable jusqu'au $until.\n",
    ),
    DE: (
        "Erstellen Sie Ihre digitalen Schlüssel",
        (
            "Öffnen Sie diesen Link und geben Sie den Code ein, den Sie von der Registrierungsstelle erhalten haben:\n$link\n"
            "Der Link gilt bis zum $until.\n"
        ),
    ),
    EN: (
        "Make your digital keys",
        "Open this link and give the code that you got at the registration office:\n$link\nThe link is valid until $until.\n",
    ),
}
"""The letter with the link by which first keys are made (14 days)."""


class QuestionAnswer(StrEnum):
    """What an officer found."""

    REGISTERED = "REGISTERED"
    NOT_REGISTERED = "NOT_REGISTERED"
    UNCLEAR = "UNCLEAR"


_SUBJECTS = {
    NL: "Uw vraag: ben ik geregistreerd?",
    FR: "Votre question : suis-je enregistré ?",
    DE: "Ihre Frage: Bin ich registriert?",
    EN: "Your question: am I registered?",
}
_BODIES: Mapping[QuestionAnswer, Mapping[Language, str]] = {
    QuestionAnswer.REGISTERED: {
        NL: "Ja, uw identiteit is in België geregistreerd. Maak een afspraak met een lokaal registratiekantoor, meestal uw gemeente. "
        "Breng uw paspoort mee, of als burger van de Europese Unie uw nationale identiteitskaart.",
        FR: "Oui, votre identité est enregistrée en Belgique. Prenez rendez-vous avec un bureau d'enregistrement local, en général "
        "votre commune. Apportez votre passeport ou, si vous êtes citoyen de l'Union européenne, votre carte d'identité nationale.",
        DE: "Ja, Ihre Identität ist in Belgien registriert. Vereinbaren Sie einen Termin mit einer lokalen Registrierungsstelle, in "
        "der Regel Ihrer Gemeinde. Bringen Sie Ihren Reisepass mit, als EU-Bürger Ihren nationalen Personalausweis.",
        EN: "Yes, your identity is registered in Belgium. Make an appointment with a local registration office, as a rule your "
        "municipality. Bring your passport or, as a citizen of the European Union, your national identity card.",
    },
    QuestionAnswer.NOT_REGISTERED: {
        NL: "Nee, uw identiteit is nog niet in België geregistreerd. Kom naar het kantoor van de sociale zekerheid, $address, van "
        "$hours of na afspraak ($phone). Breng uw paspoort mee, of als burger van de Europese Unie uw "
        "nationale identiteitskaart. Bent u ouder dan 30, breng dan ook een studiebewijs mee.",
        FR: "Non, votre identité n'est pas encore enregistrée en Belgique. Présentez-vous au bureau de la sécurité sociale, $address, "
        "$hours ou sur rendez-vous ($phone). Apportez votre passeport ou, si vous êtes citoyen de "
        "l'Union européenne, votre carte d'identité nationale. Si vous avez plus de 30 ans, apportez aussi une attestation d'études.",
        DE: "Nein, Ihre Identität ist in Belgien noch nicht registriert. Kommen Sie in das Büro der sozialen Sicherheit, $address, "
        "$hours oder nach Termin ($phone). Bringen Sie Ihren Reisepass mit, als EU-Bürger Ihren "
        "nationalen Personalausweis. Sind Sie älter als 30, bringen Sie auch eine Studienbescheinigung mit.",
        EN: "No, your identity is not registered in Belgium yet. Come to the social-security office, $address, $hours "
        "or by appointment ($phone). Bring your passport or, as a citizen of the European Union, your national identity "
        "card. If you are older than 30, bring a proof of study, too.",
    },
    QuestionAnswer.UNCLEAR: {
        NL: "Met wat u schreef vinden wij het niet met zekerheid. Bel ons op $phone, van $hours.",
        FR: "Ce que vous avez écrit ne suffit pas pour vous répondre avec certitude. Appelez-nous au $phone, $hours.",
        DE: "Mit dem, was Sie geschrieben haben, finden wir es nicht sicher heraus. Rufen Sie uns an unter $phone, $hours.",
        EN: "With what you wrote we cannot tell for certain. Call us on $phone, $hours.",
    },
}


def question_letter(answer: QuestionAnswer, language: Language) -> Letter:
    """Return subject and body; the body has places for `$address`, `$phone` and `$hours`."""
    return _SUBJECTS[language], f"{_BODIES[answer][language]}\n"
