"""Subjects and texts about mandates between companies, in four languages. Data only; they hold no name of a person."""

from collections.abc import Mapping
from types import MappingProxyType

from correspondence.ebox_tables import EboxKind
from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

MANDATE_TEXTS: Mapping[EboxKind, Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {
        EboxKind.MANDATE_OFFERED: {
            _NL: (
                "Mandaat wacht op uw antwoord: {group}",
                (
                    "De onderneming {company} stelt een mandaat voor: {group}, vanaf het kwartaal {quarter}. Aanvaard of weiger "
                    "het onder Mandaten."
                ),
            ),
            _FR: (
                "Un mandat attend votre réponse : {group}",
                (
                    "L'entreprise {company} propose un mandat : {group}, à partir du trimestre {quarter}. Acceptez ou refusez-le "
                    "sous Mandats."
                ),
            ),
            _DE: (
                "Ein Mandat wartet auf Ihre Antwort: {group}",
                (
                    "Das Unternehmen {company} schlägt ein Mandat vor: {group}, ab dem Quartal {quarter}. Nehmen Sie es unter "
                    "Mandate an oder lehnen Sie es ab."
                ),
            ),
            _EN: (
                "A mandate waits for your answer: {group}",
                (
                    "The company {company} proposes a mandate: {group}, from the quarter {quarter} on. Accept or refuse it under "
                    "Mandates."
                ),
            ),
        },
    }
)

MANDATE_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "MANDATE_DIMONA": {
            _NL: "Dimona-aangiften",
            _FR: "déclarations Dimona",
            _DE: "Dimona-Meldungen",
            _EN: "Dimona declarations",
        },
        "MANDATE_CHECK_INS": {
            _NL: "aanwezigheidsregistraties (Checkinatwork)",
            _FR: "enregistrements de présence (Checkinatwork)",
            _DE: "Anwesenheitsmeldungen (Checkinatwork)",
            _EN: "registrations of presence (Checkinatwork)",
        },
        "MANDATE_ACCESS_MANAGEMENT": {
            _NL: "toegang van gebruikers",
            _FR: "accès des utilisateurs",
            _DE: "Zugang von Benutzern",
            _EN: "access of users",
        },
        "MANDATE_COMPANY_ACCOUNT": {
            _NL: "account van de onderneming",
            _FR: "compte de l'entreprise",
            _DE: "Konto des Unternehmens",
            _EN: "account of the company",
        },
    }
)
"""The groups of services of a mandate, as each language says them."""
