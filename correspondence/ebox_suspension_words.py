"""Why a sender is suspended, as the task in its company's e-Box says it in four languages. Data only."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.languages import Language

_NL, _FR, _DE, _EN = Language.NL, Language.FR, Language.DE, Language.EN

SUSPENSION_WORDS: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {
        "BY_MANAGER": {
            _NL: "een toegangsbeheerder vroeg het",
            _FR: "un gestionnaire d'accès l'a demandé",
            _DE: "ein Zugangsverwalter hat es verlangt",
            _EN: "an access manager asked for it",
        },
        "BY_FILE": {
            _NL: "een bestand vroeg het",
            _FR: "un fichier l'a demandé",
            _DE: "eine Datei hat es verlangt",
            _EN: "a file asked for it",
        },
        "BY_OPERATOR": {
            _NL: "het loket deed het",
            _FR: "le guichet l'a fait",
            _DE: "der Schalter hat es getan",
            _EN: "the counter did it",
        },
        "NO_CERTIFICATE": {
            _NL: "geen enkel certificaat is nog geldig",
            _FR: "aucun certificat n'est plus valable",
            _DE: "kein Zertifikat ist mehr gültig",
            _EN: "no certificate is valid any more",
        },
        "CERTIFICATE_REVOKED": {
            _NL: "het certificaat werd ingetrokken door wie het uitgaf",
            _FR: "le certificat a été révoqué par l'autorité qui l'a émis",
            _DE: "das Zertifikat wurde von seiner ausstellenden Stelle widerrufen",
            _EN: "the certificate was revoked by the authority that issued it",
        },
    }
)
