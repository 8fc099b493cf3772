"""What is written to who proved himself from abroad: found, not found, or asked to show his papers. No name, no number."""

from collections.abc import Mapping

from domain.languages import Language

Letter = tuple[str, str]

MATCHED: Mapping[Language, Letter] = {
    Language.NL: (
        "U kunt zich nu aanmelden",
        "Wij hebben u gevonden. Meld u opnieuw aan met dezelfde digitale sleutel als de vorige keer.\n",
    ),
    Language.FR: (
        "Vous pouvez maintenant vous connecter",
        "Nous vous avons trouvé. Connectez-vous à nouveau avec la même clé numérique que la dernière fois.\n",
    ),
    Language.DE: (
        "Sie können sich jetzt anmelden",
        "Wir haben Sie gefunden. Melden Sie sich wieder mit demselben digitalen Schlüssel an wie beim letzten Mal.\n",
    ),
    Language.EN: (
        "You can sign in now",
        "We have found you. Sign in again with the same digital key as the last time.\n",
    ),
}

REFUSED: Mapping[Language, Letter] = {
    Language.NL: (
        "Wij konden u niet vinden",
        (
            "Met wat wij van uw digitale sleutel weten, konden wij u aan niemand in onze registers koppelen. Wat u ons meldde, is "
            "gewist. Kom met uw paspoort of identiteitskaart naar een registratiekantoor, of bel $phone.\n"
        ),
    ),
    Language.FR: (
        "Nous n'avons pas pu vous trouver",
        (
            "Avec ce que votre clé numérique nous apprend, nous n'avons pu vous associer à personne dans nos registres. Ce que vous nous "
            "avez communiqué est effacé. Présentez-vous avec votre passeport ou carte d'identité dans un bureau d'enregistrement, ou "
            "appelez le $phone.\n"
        ),
    ),
    Language.DE: (
        "Wir konnten Sie nicht finden",
        (
            "Mit dem, was wir von Ihrem digitalen Schlüssel wissen, konnten wir Sie niemandem in unseren Registern zuordnen. Was Sie uns "
            "mitgeteilt haben, ist gelöscht. Kommen Sie mit Ihrem Reisepass oder Personalausweis in eine Registrierungsstelle, oder rufen "
            "Sie $phone an.\n"
        ),
    ),
    Language.EN: (
        "We could not find you",
        (
            "With what your digital key tells us, we could match you with nobody in our registers. What you told us is erased. Come to "
            "a registration office with your passport or identity card, or call $phone.\n"
        ),
    ),
}

ASKED: Mapping[Language, Letter] = {
    Language.NL: (
        "Wij hebben uw nummer nodig",
        (
            "Om u te vinden hebben wij uw Belgisch rijksregisternummer of bisnummer nodig. Bel ons op $phone, van maandag tot vrijdag van 9 "
            "tot 12 uur. Hebt u nog geen nummer, dan maken wij een afspraak, ook per video; houd uw paspoort of identiteitskaart bij de "
            "hand. Stuur het nummer niet per e-mail.\n"
        ),
    ),
    Language.FR: (
        "Nous avons besoin de votre numéro",
        (
            "Pour vous trouver, nous avons besoin de votre numéro de registre national belge ou de votre numéro bis. Appelez-nous au "
            "$phone, du lundi au vendredi de 9 à 12 heures. Si vous n'avez pas encore de numéro, nous convenons d'un rendez-vous, aussi par "
            "vidéo ; gardez votre passeport ou carte d'identité à portée de main. N'envoyez pas le numéro par e-mail.\n"
        ),
    ),
    Language.DE: (
        "Wir benötigen Ihre Nummer",
        (
            "Um Sie zu finden, benötigen wir Ihre belgische Nationalregisternummer oder Bis-Nummer. Rufen Sie uns an unter $phone, montags "
            "bis freitags von 9 bis 12 Uhr. Haben Sie noch keine Nummer, so vereinbaren wir einen Termin, auch per Video; halten Sie Ihren "
            "Reisepass oder Personalausweis bereit. Senden Sie die Nummer nicht per E-Mail.\n"
        ),
    ),
    Language.EN: (
        "We need your number",
        (
            "To find you, we need your Belgian national number or bis number. Call us on $phone, Monday to Friday from 9 to 12. If you have "
            "no number yet, we make an appointment, also by video; have your passport or identity card at hand. Do not send the number "
            "by e-mail.\n"
        ),
    ),
}

CALLED: Mapping[Language, Letter] = {
    Language.NL: (
        "U bent geregistreerd",
        (
            "Na ons videogesprek bent u geregistreerd. Hebt u nog geen digitale sleutel, dan krijgt u uw gebruikersnaam per e-mail en een "
            "tijdelijk wachtwoord per sms. Hebt u er al een, meld u dan daarmee aan.\n"
        ),
    ),
    Language.FR: (
        "Vous êtes enregistré",
        (
            "Après notre appel vidéo, vous êtes enregistré. Si vous n'avez pas encore de clé numérique, vous recevez votre nom "
            "d'utilisateur par e-mail et un mot de passe temporaire par SMS. Si vous en avez déjà une, connectez-vous avec elle.\n"
        ),
    ),
    Language.DE: (
        "Sie sind registriert",
        (
            "Nach unserem Videogespräch sind Sie registriert. Haben Sie noch keinen digitalen Schlüssel, so erhalten Sie Ihren "
            "Benutzernamen per E-Mail und ein vorläufiges Kennwort per SMS. Haben Sie schon einen, melden Sie sich damit an.\n"
        ),
    ),
    Language.EN: (
        "You are registered",
        (
            "After our video call you are registered. If you have no digital key yet, you get your user name by e-mail and a temporary "
            "password by SMS. If you have one already, sign in with it.\n"
        ),
    ),
}
"""What is written to who was registered in a video call instead of by a key."""
