"""What letters about keys say, in Dutch, French, German and English; they hold no link and no secret.

`$key` is the name of a key, `$at` an instant in Brussels, `$code` a code that was asked for a moment ago,
`$minutes` how long it is valid, `$company` the name and the number of a company, and `$phone` the contact centre's number.
"""

from collections.abc import Mapping

from domain.assurance import Means
from domain.languages import Language

NL, FR, DE, EN = Language.NL, Language.FR, Language.DE, Language.EN
Letter = tuple[str, str]

KEY_NAMES: Mapping[Means, Mapping[Language, str]] = {
    Means.EID: {NL: "eID-kaart", FR: "carte eID", DE: "eID-Karte", EN: "eID card"},
    Means.ITSME: {NL: "itsme", FR: "itsme", DE: "itsme", EN: "itsme"},
    Means.EIDAS: {NL: "eIDAS", FR: "eIDAS", DE: "eIDAS", EN: "eIDAS"},
    Means.PASSWORD: {
        NL: "gebruikersnaam en wachtwoord",
        FR: "nom d'utilisateur et mot de passe",
        DE: "Benutzername und Kennwort",
        EN: "user name and password",
    },
    Means.TOTP: {
        NL: "beveiligingscode via mobiele app",
        FR: "code de sécurité via application mobile",
        DE: "Sicherheitscode über mobile App",
        EN: "code of a mobile app",
    },
    Means.EMAIL_CODE: {
        NL: "beveiligingscode via e-mail",
        FR: "code de sécurité par e-mail",
        DE: "Sicherheitscode per E-Mail",
        EN: "code by e-mail",
    },
    Means.TOKEN_CARD: {NL: "token (kaart)", FR: "token (carte)", DE: "Token (Karte)", EN: "token card"},
    Means.PASSKEY: {NL: "passkey", FR: "clé d'accès", DE: "Passkey", EN: "passkey"},
    Means.RECOVERY_CODE: {
        NL: "herstelcodes",
        FR: "codes de récupération",
        DE: "Wiederherstellungscodes",
        EN: "recovery codes",
    },
}
"""The keys as a person knows them."""

_NOT_YOU = {
    NL: "Was u dit niet? Meld u aan met uw eID en bekijk uw digitale sleutels, of bel ons: $phone.",
    FR: "Ce n'était pas vous ? Connectez-vous avec votre eID et vérifiez vos clés numériques, ou appelez-nous : $phone.",
    DE: "Waren Sie das nicht? Melden Sie sich mit Ihrer eID an und prüfen Sie Ihre digitalen Schlüssel, oder rufen Sie uns an: $phone.",
    EN: "Was this not you? Sign in with your eID and look at your digital keys, or call us: $phone.",
}


def _letters(texts: Mapping[Language, Letter]) -> Mapping[Language, Letter]:
    return {language: (subject, f"{body}\n\n{_NOT_YOU[language]}\n") for language, (subject, body) in texts.items()}


LETTERS: Mapping[str, Mapping[Language, Letter]] = {
    "KEY_ADDED": _letters(
        {
            NL: ("Digitale sleutel geactiveerd", "Op $at werd deze digitale sleutel geactiveerd: $key."),
            FR: ("Clé numérique activée", "Le $at, cette clé numérique a été activée : $key."),
            DE: ("Digitaler Schlüssel aktiviert", "Am $at wurde dieser digitale Schlüssel aktiviert: $key."),
            EN: ("Digital key activated", "On $at this digital key was activated: $key."),
        }
    ),
    "KEY_REMOVED": _letters(
        {
            NL: ("Digitale sleutel verwijderd", "Op $at werd deze digitale sleutel verwijderd: $key."),
            FR: ("Clé numérique supprimée", "Le $at, cette clé numérique a été supprimée : $key."),
            DE: ("Digitaler Schlüssel entfernt", "Am $at wurde dieser digitale Schlüssel entfernt: $key."),
            EN: ("Digital key removed", "On $at this digital key was removed: $key."),
        }
    ),
    "KEY_SUSPENDED": _letters(
        {
            NL: ("Digitale sleutel geschorst", "Op $at werd deze digitale sleutel geschorst: $key."),
            FR: ("Clé numérique suspendue", "Le $at, cette clé numérique a été suspendue : $key."),
            DE: ("Digitaler Schlüssel gesperrt", "Am $at wurde dieser digitale Schlüssel gesperrt: $key."),
            EN: ("Digital key suspended", "On $at this digital key was suspended: $key."),
        }
    ),
    "KEYS_FREED": _letters(
        {
            NL: (
                "Uw digitale sleutels gelden nu overal",
                (
                    "Op $at toonde u met $key wie u bent. Uw sleutels die alleen voor $company golden, gelden sindsdien overal: "
                    "voor uzelf en voor elke onderneming."
                ),
            ),
            FR: (
                "Vos clés numériques comptent désormais partout",
                (
                    "Le $at, vous avez montré qui vous êtes avec : $key. Vos clés qui ne comptaient que pour $company comptent "
                    "depuis lors partout : pour vous-même et pour chaque entreprise."
                ),
            ),
            DE: (
                "Ihre digitalen Schlüssel zählen jetzt überall",
                (
                    "Am $at haben Sie gezeigt, wer Sie sind, mit: $key. Ihre Schlüssel, die nur für $company zählten, zählen seitdem "
                    "überall: für Sie selbst und für jedes Unternehmen."
                ),
            ),
            EN: (
                "Your digital keys count everywhere now",
                (
                    "On $at you showed who you are with: $key. Your keys that counted for $company alone have counted everywhere "
                    "since: for yourself and for every company."
                ),
            ),
        }
    ),
    "PASSWORD_CHANGED": _letters(
        {
            NL: ("Wachtwoord gewijzigd", "Op $at werd uw wachtwoord gewijzigd."),
            FR: ("Mot de passe modifié", "Le $at, votre mot de passe a été modifié."),
            DE: ("Kennwort geändert", "Am $at wurde Ihr Kennwort geändert."),
            EN: ("Password changed", "On $at your password was changed."),
        }
    ),
    "PASSWORD_LOCKED": _letters(
        {
            NL: (
                "Aanmelden met wachtwoord $minutes minuten geblokkeerd",
                (
                    "Op $at werd $failures keer na elkaar een verkeerd wachtwoord ingegeven. Aanmelden met uw wachtwoord kan pas na "
                    "$minutes minuten opnieuw; met eID en itsme kan het nu."
                ),
            ),
            FR: (
                "Connexion par mot de passe bloquée pendant $minutes minutes",
                (
                    "Le $at, un mot de passe incorrect a été saisi $failures fois de suite. La connexion par mot de passe est de nouveau "
                    "possible après $minutes minutes ; avec eID et itsme, elle l'est dès maintenant."
                ),
            ),
            DE: (
                "Anmeldung mit Kennwort für $minutes Minuten gesperrt",
                (
                    "Am $at wurde $failures Mal nacheinander ein falsches Kennwort eingegeben. Mit dem Kennwort können Sie sich erst nach "
                    "$minutes Minuten wieder anmelden; mit eID und itsme geht es jetzt."
                ),
            ),
            EN: (
                "Signing in by password locked for $minutes minutes",
                (
                    "On $at a wrong password was given $failures times in a row. You can sign in by password again after $minutes minutes; with "
                    "eID and itsme you can now."
                ),
            ),
        }
    ),
    "NEW_DEVICE": _letters(
        {
            NL: (
                "Nieuwe aanmelding",
                "Op $at meldde u zich aan vanaf een nieuw toestel of een nieuwe plaats, met: $key.",
            ),
            FR: (
                "Nouvelle connexion",
                "Le $at, vous vous êtes connecté depuis un nouvel appareil ou lieu, avec : $key.",
            ),
            DE: ("Neue Anmeldung", "Am $at haben Sie sich von einem neuen Gerät oder Ort aus angemeldet, mit: $key."),
            EN: ("New sign-in", "On $at you signed in from a new device or place, with: $key."),
        }
    ),
    "CARD_NEARLY_USED": _letters(
        {
            NL: ("Uw token is bijna opgebruikt", "Op uw token zijn nog vier codes over. Vraag tijdig een nieuw aan."),
            FR: (
                "Votre token est presque épuisé",
                "Il reste quatre codes sur votre token. Demandez-en un nouveau à temps.",
            ),
            DE: (
                "Ihr Token ist fast aufgebraucht",
                "Auf Ihrem Token sind noch vier Codes übrig. Beantragen Sie rechtzeitig ein neues.",
            ),
            EN: (
                "Your token card is nearly used up",
                "Four codes are left on your token card. Ask for a new one in time.",
            ),
        }
    ),
    "RECOVERY_CODE_USED": _letters(
        {
            NL: (
                "Herstelcode gebruikt",
                "Op $at werd een herstelcode gebruikt. De code via mobiele app is geschorst tot u hem opnieuw registreert.",
            ),
            FR: (
                "Code de récupération utilisé",
                (
                    "Le $at, un code de récupération a été utilisé. Le code via application mobile est suspendu jusqu'à un nouvel "
                    "enregistrement."
                ),
            ),
            DE: (
                "Wiederherstellungscode benutzt",
                (
                    "Am $at wurde ein Wiederherstellungscode benutzt. Der Code der mobilen App ist ausgesetzt, bis Sie sie neu "
                    "registrieren."
                ),
            ),
            EN: (
                "Recovery code used",
                "On $at a recovery code was used. The code of the mobile app is suspended until you register it anew.",
            ),
        }
    ),
}
"""Subject and body of each letter."""

CODE_LETTER: Mapping[Language, Letter] = {
    NL: (
        "Uw beveiligingscode",
        "Uw beveiligingscode is $code. Hij geldt $minutes minuten, voor deze ene aanmelding.\n",
    ),
    FR: (
        "Votre code de sécurité",
        "Votre code de sécurité est $code. Il est valable $minutes minutes, pour cette connexion.\n",
    ),
    DE: ("Ihr Sicherheitscode", "Ihr Sicherheitscode ist $code. Er gilt $minutes Minuten, für diese eine Anmeldung.\n"),
    EN: (
        "Your security code",
        "Your security code is $code. It is valid for $minutes minutes, for this one sign-in.\n",
    ),
}
"""The letter that carries a code."""

ADDRESS_LETTER: Mapping[Language, Letter] = {
    NL: (
        "Bevestig uw e-mailadres",
        "Geef deze code in bij Guichet om uw e-mailadres te bevestigen: $code. Hij geldt $minutes minuten.\n",
    ),
    FR: (
        "Confirmez votre adresse e-mail",
        "Saisissez ce code auprès de Guichet pour confirmer votre adresse e-mail : $code. Il est valable $minutes minutes.\n",
    ),
    DE: (
        "Bestätigen Sie Ihre E-Mail-Adresse",
        "Geben Sie diesen Code bei Guichet ein, um Ihre E-Mail-Adresse zu bestätigen: $code. Er gilt $minutes Minuten.\n",
    ),
    EN: (
        "Confirm your e-mail address",
        "Enter this code at Guichet to confirm your e-mail address: $code. It is valid for $minutes minutes.\n",
    ),
}
"""The letter by which somebody confirms an address that is no key."""

USER_NAME_LETTER: Mapping[Language, Letter] = {
    NL: (
        "Uw gebruikersnaam bij Guichet",
        (
            "Uw gebruikersnaam bij Guichet is $name. U krijgt een tijdelijk wachtwoord per sms. Begin op $address, uiterlijk op $until, en "
            "kies er een eigen wachtwoord. Vragen? Bel het contactcentrum: $phone.\n"
        ),
    ),
    FR: (
        "Votre nom d'utilisateur auprès de Guichet",
        (
            "Votre nom d'utilisateur auprès de Guichet est $name. Vous recevez un mot de passe provisoire par SMS. Commencez sur $address, "
            "au plus tard le $until, et choisissez-y votre mot de passe. Des questions ? Appelez le centre de contact : $phone.\n"
        ),
    ),
    DE: (
        "Ihr Benutzername bei Guichet",
        (
            "Ihr Benutzername bei Guichet ist $name. Sie erhalten ein vorläufiges Kennwort per SMS. Beginnen Sie spätestens am $until auf "
            "$address und wählen Sie dort Ihr eigenes Kennwort. Fragen? Rufen Sie das Kontaktzentrum an: $phone.\n"
        ),
    ),
    EN: (
        "Your user name at Guichet",
        (
            "Your user name at Guichet is $name. You receive a temporary password by SMS. Begin at $address, on $until at the latest, and "
            "choose your own password there. Questions? Call the contact centre: $phone.\n"
        ),
    ),
}
"""The half of a first sign-in that goes by mail."""

REGISTERED_FOR: Mapping[Language, str] = {
    NL: "U bent bij Guichet geregistreerd voor de onderneming $company.",
    FR: "Vous êtes enregistré auprès de Guichet pour l'entreprise $company.",
    DE: "Sie sind bei Guichet für das Unternehmen $company registriert.",
    EN: "You are registered at Guichet for the company $company.",
}
"""What that letter begins with where it is a company for which somebody is registered."""

TEMPORARY_PASSWORD_TEXT: Mapping[Language, str] = {
    NL: "Guichet: uw tijdelijk wachtwoord is $password",
    FR: "Guichet : votre mot de passe provisoire est $password",
    DE: "Guichet: Ihr vorläufiges Kennwort ist $password",
    EN: "Guichet: your temporary password is $password",
}
"""The half that goes by SMS."""
