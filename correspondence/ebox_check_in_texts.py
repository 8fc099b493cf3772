"""Subjects and texts of what check-ins put into an e-Box, in four languages. Data only.

They say of nobody who it is, and no number of days: the rules of sectors have it, and the pages where they lead tell it. What is
decided is told by the number of the request and the registration date.
"""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_tables import EboxKind
from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

_AWAITED = {
    _NL: (
        "Wijziging {number}: dien uw bewijsstukken in",
        "Documenten kunnen weer worden nagekeken. Dien nu in wat u bij de aanvraag koos; daar staat tot wanneer het kan.",
    ),
    _FR: (
        "Correction {number} : remettez vos preuves",
        (
            "Les documents peuvent de nouveau être examinés. Remettez maintenant ceux que vous avez choisis à la demande ; vous "
            "y lisez jusqu'à quand."
        ),
    ),
    _DE: (
        "Berichtigung {number}: Reichen Sie Ihre Nachweise ein",
        (
            "Dokumente können wieder geprüft werden. Reichen Sie jetzt ein, was Sie beim Antrag ausgewählt haben; dort steht, bis "
            "wann."
        ),
    ),
    _EN: (
        "Correction {number}: hand in your evidence",
        "Documents can be looked through again. Hand in now what you chose with the request; it says there until when.",
    ),
}

CHECK_IN_TEXTS: Mapping[EboxKind, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        EboxKind.EVIDENCE_AWAITED: _AWAITED,
        EboxKind.OWN_EVIDENCE_AWAITED: _AWAITED,
        EboxKind.CHECK_IN_ERROR: {
            _NL: (
                "Een werknemer meldt een fout in een aanwezigheidsregistratie",
                "Bekijk de melding onder Check-ins, Gemelde fouten. Daar staat ook tot wanneer u een wijziging kunt vragen.",
            ),
            _FR: (
                "Un travailleur signale une erreur dans un enregistrement de présence",
                (
                    "Consultez le signalement sous Check-ins, Erreurs signalées. Vous y lisez aussi jusqu'à quand une "
                    "correction peut être demandée."
                ),
            ),
            _DE: (
                "Ein Arbeitnehmer meldet einen Fehler in einer Anwesenheitsregistrierung",
                (
                    "Sehen Sie die Meldung unter Check-ins, Gemeldete Fehler an. Dort steht auch, bis wann Sie eine "
                    "Berichtigung beantragen können."
                ),
            ),
            _EN: (
                "A worker reports an error in a registration of presence",
                "See the report under Check-ins, Reported errors. It says there until when you can ask for a correction.",
            ),
        },
        EboxKind.MISSING_CHECK_OUT: {
            _NL: (
                "Een check-out ontbreekt",
                (
                    "Bekijk welke onder Check-ins, Ontbrekende check-outs. Een check-out die een telefoon bewaarde of een "
                    "wijziging met bewijsstukken sluit ze af; daar staat ook tot wanneer u een wijziging kunt vragen."
                ),
            ),
            _FR: (
                "Un check-out manque",
                (
                    "Consultez lequel sous Check-ins, Check-outs manquants. Un check-out gardé par un téléphone ou une "
                    "correction avec preuves le clôture ; vous y lisez aussi jusqu'à quand demander une correction."
                ),
            ),
            _DE: (
                "Ein Check-out fehlt",
                (
                    "Sehen Sie unter Check-ins, Fehlende Check-outs nach, welcher. Ein Check-out, den ein Telefon "
                    "aufbewahrt hat, oder eine Berichtigung mit Nachweisen schließt ihn ab; dort steht auch, bis wann Sie eine "
                    "Berichtigung beantragen können."
                ),
            ),
            _EN: (
                "A check-out is missing",
                (
                    "See which one under Check-ins, Missing check-outs. A check-out that a phone kept, or a correction with evidence, "
                    "closes it; it says there until when you can ask for a correction."
                ),
            ),
        },
        EboxKind.OWN_CHECK_OUT_MISSING: {
            _NL: (
                "Uw check-out ontbreekt",
                (
                    "Open uw check-in onder In- en uitchecken, Mijn registraties. Meld de fout daar aan uw werkgever, die de "
                    "wijziging vraagt; bent u zelfstandige, dan vraagt u ze ons daar zelf. Daar staat ook tot wanneer."
                ),
            ),
            _FR: (
                "Votre check-out manque",
                (
                    "Ouvrez votre check-in sous Check-in et check-out, Mes enregistrements. Signalez-y l'erreur à votre "
                    "employeur, qui demande la correction ; si vous êtes indépendant, vous nous la demandez vous-même. Vous y "
                    "lisez aussi jusqu'à quand."
                ),
            ),
            _DE: (
                "Ihr Check-out fehlt",
                (
                    "Öffnen Sie Ihren Check-in unter Ein- und auschecken, Meine Registrierungen. Melden Sie den Fehler dort Ihrem "
                    "Arbeitgeber, der die Berichtigung beantragt; als Selbstständiger beantragen Sie sie dort selbst bei uns. Dort "
                    "steht auch, bis wann."
                ),
            ),
            _EN: (
                "Your check-out is missing",
                (
                    "Open your check-in under Check in and out, My registrations. Tell your employer of the error there, who "
                    "asks for the correction; if you are self-employed you ask us for it there yourself. It says there until when."
                ),
            ),
        },
        EboxKind.OWN_ERROR_ANSWERED: {
            _NL: (
                "Uw werkgever antwoordt op een fout die u meldde",
                "Lees het antwoord onder In- en uitchecken, Mijn registraties, Fouten die u meldde.",
            ),
            _FR: (
                "Votre employeur répond à une erreur que vous avez signalée",
                "Lisez la réponse sous Check-in et check-out, Mes enregistrements, Erreurs que vous avez signalées.",
            ),
            _DE: (
                "Ihr Arbeitgeber antwortet auf einen Fehler, den Sie gemeldet haben",
                "Lesen Sie die Antwort unter Ein- und auschecken, Meine Registrierungen, Fehler, die Sie gemeldet haben.",
            ),
            _EN: (
                "Your employer answers an error that you reported",
                "Read the answer under Check in and out, My registrations, Errors that you reported.",
            ),
        },
        EboxKind.OWN_ERROR_UNANSWERED: {
            _NL: (
                "Niemand antwoordt nog op een fout die u meldde",
                (
                    "De onderneming heeft hier geen account meer. Welke het is, leest u onder In- en uitchecken, Mijn "
                    "registraties, Fouten die u meldde. Verwittig ze zelf, of wie ze overnam. Doet niemand iets, dan kunt u "
                    "terecht bij de sociale inspectie (Toezicht op de Sociale Wetten)."
                ),
            ),
            _FR: (
                "Plus personne ne répond à une erreur que vous avez signalée",
                (
                    "L'entreprise n'a plus de compte ici. Vous lisez laquelle sous Check-in et check-out, Mes enregistrements, "
                    "Erreurs que vous avez signalées. Prévenez-la vous-même, ou celle qui l'a reprise. Si rien ne suit, adressez-vous "
                    "à l'inspection sociale (Contrôle des lois sociales)."
                ),
            ),
            _DE: (
                "Niemand antwortet mehr auf einen Fehler, den Sie gemeldet haben",
                (
                    "Das Unternehmen hat hier kein Konto mehr. Welches es ist, lesen Sie unter Ein- und auschecken, Meine "
                    "Registrierungen, Fehler, die Sie gemeldet haben. Sagen Sie es ihm selbst oder dem, das es übernommen hat. "
                    "Geschieht nichts, wenden Sie sich an die Sozialinspektion (Kontrolle der Sozialgesetze)."
                ),
            ),
            _EN: (
                "Nobody answers an error that you reported any more",
                (
                    "The company has no account here any more. Which one it is, you read under Check in and out, My registrations, "
                    "Errors that you reported. Tell it yourself, or whoever took it over. If nothing follows, turn to the social "
                    "inspectorate (Supervision of Social Laws)."
                ),
            ),
        },
        EboxKind.CORRECTION_DECIDED: {
            _NL: (
                "Wijziging {number}: {outcome}",
                (
                    "Ze gaat over een aanwezigheidsregistratie van {day}. Wie de dienst Check-ins kreeg, ziet aanvraag en "
                    "beslissing daar onder Wijzigingen."
                ),
            ),
            _FR: (
                "Correction {number} : {outcome}",
                (
                    "Elle concerne un enregistrement de présence du {day}. Qui a reçu le service Check-ins y voit la demande et "
                    "la décision sous Corrections."
                ),
            ),
            _DE: (
                "Berichtigung {number}: {outcome}",
                (
                    "Es geht um eine Anwesenheitsregistrierung vom {day}. Wer den Dienst Check-ins erhalten hat, sieht Antrag und "
                    "Entscheidung dort unter Berichtigungen."
                ),
            ),
            _EN: (
                "Correction {number}: {outcome}",
                (
                    "It is about a registration of presence of {day}. Whoever was given the service Check-ins sees request and "
                    "decision there, under Corrections."
                ),
            ),
        },
        EboxKind.OWN_CORRECTION_DECIDED: {
            _NL: (
                "Wijziging {number} van uw aanwezigheidsregistratie: {outcome}",
                (
                    "Ze gaat over uw registratie van {day}. Bekijk de beslissing onder In- en uitchecken, Mijn registraties, "
                    "Wijzigingen."
                ),
            ),
            _FR: (
                "Correction {number} de votre enregistrement de présence : {outcome}",
                (
                    "Elle concerne votre enregistrement du {day}. Consultez la décision sous Check-in et check-out, Mes "
                    "enregistrements, Corrections."
                ),
            ),
            _DE: (
                "Berichtigung {number} Ihrer Anwesenheitsregistrierung: {outcome}",
                (
                    "Es geht um Ihre Registrierung vom {day}. Sehen Sie die Entscheidung unter Ein- und auschecken, Meine "
                    "Registrierungen, Berichtigungen an."
                ),
            ),
            _EN: (
                "Correction {number} of your registration of presence: {outcome}",
                (
                    "It is about your registration of {day}. See the decision under Check in and out, My registrations, "
                    "Corrections."
                ),
            ),
        },
    }
)

CHECK_IN_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "CORRECTION_ACCEPTED": {_NL: "aanvaard", _FR: "acceptée", _DE: "angenommen", _EN: "accepted"},
        "CORRECTION_REJECTED": {_NL: "geweigerd", _FR: "refusée", _DE: "abgelehnt", _EN: "rejected"},
        "CORRECTION_EXPIRED": {
            _NL: "vervallen zonder bewijsstukken",
            _FR: "caduque sans preuves",
            _DE: "ohne Nachweise verfallen",
            _EN: "lapsed without evidence",
        },
    }
)
"""What became of a request for a correction."""
