"""What is written to who waits to be matched: that he waits, found, not found, or asked for a number. No name, no number of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.assurance import Means
from domain.languages import Language

Letter = tuple[str, str]

RECEIVED: Mapping[Language, Letter] = {
    Language.NL: (
        "Guichet kreeg uw aanvraag",
        (
            "Een medewerker van het registratiekantoor heeft uw aanvraag bij Guichet. U krijgt op dit adres een e-mail zodra u zich kunt aanmelden; "
            "misschien wordt u eerst opgebeld, of gevraagd voor een videogesprek met uw identiteitsdocument. Vroeg u niets, dan hoeft "
            "u niets te doen. Vragen? Bel $phone.\n"
        ),
    ),
    Language.FR: (
        "Guichet a reçu votre demande",
        (
            "Un agent du bureau d'enregistrement a votre demande auprès de Guichet. Vous recevrez un e-mail à cette adresse dès que vous pourrez "
            "vous connecter ; il se peut qu'on vous téléphone avant, ou qu'on vous propose un appel vidéo avec votre document "
            "d'identité. Si vous n'avez rien demandé, vous n'avez rien à faire. Des questions ? Appelez le $phone.\n"
        ),
    ),
    Language.DE: (
        "Guichet hat Ihre Anfrage erhalten",
        (
            "Die Registrierungsstelle hat Ihre Anfrage bei Guichet. Sie erhalten eine E-Mail an diese Adresse, sobald Sie sich anmelden "
            "können; vielleicht werden Sie vorher angerufen oder um ein Videogespräch mit Ihrem Ausweisdokument gebeten. Haben Sie "
            "nichts angefragt, so brauchen Sie nichts zu tun. Fragen? Rufen Sie $phone an.\n"
        ),
    ),
    Language.EN: (
        "Guichet has your request",
        (
            "A registration officer has your request at Guichet. You get a mail at this address when you can sign in; you may be "
            "telephoned before, or asked for a video call with your identity document. If you asked for nothing, you need to do "
            "nothing. Questions? Call $phone.\n"
        ),
    ),
}

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
            "Om u te vinden hebben wij uw Belgisch rijksregisternummer of bisnummer nodig. Bel ons op $phone, van $hours. Hebt "
            "u nog geen nummer, dan maken wij een afspraak, ook per video; houd uw paspoort of identiteitskaart bij de hand. Stuur het "
            "nummer niet per e-mail.\n"
        ),
    ),
    Language.FR: (
        "Nous avons besoin de votre numéro",
        (
            "Pour vous trouver, nous avons besoin de votre numéro de registre national belge ou de votre numéro bis. Appelez-nous au "
            "$phone, $hours. Si vous n'avez pas encore de numéro, nous convenons d'un rendez-vous, aussi par vidéo ; gardez "
            "votre passeport ou carte d'identité à portée de main. N'envoyez pas le numéro par e-mail.\n"
        ),
    ),
    Language.DE: (
        "Wir benötigen Ihre Nummer",
        (
            "Um Sie zu finden, benötigen wir Ihre belgische Nationalregisternummer oder Bis-Nummer. Rufen Sie uns an unter $phone, $hours. "
            "Haben Sie noch keine Nummer, so vereinbaren wir einen Termin, auch per Video; halten Sie Ihren "
            "Reisepass oder Personalausweis bereit. Senden Sie die Nummer nicht per E-Mail.\n"
        ),
    ),
    Language.EN: (
        "We need your number",
        (
            "To find you, we need your Belgian national number or bis number. Call us on $phone, $hours. If you have "
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

NOT_REGISTERED: Mapping[Language, Letter] = {
    Language.NL: (
        "Wij konden u niet registreren",
        (
            "U vroeg een videogesprek om geregistreerd te worden. Wij konden u niet registreren. Wat u ons meldde, is gewist. Kom met "
            "uw paspoort of identiteitskaart naar een registratiekantoor, bel $phone, of vraag opnieuw een videogesprek.\n"
        ),
    ),
    Language.FR: (
        "Nous n'avons pas pu vous enregistrer",
        (
            "Vous avez demandé un appel vidéo pour être enregistré. Nous n'avons pas pu vous enregistrer. Ce que vous nous avez communiqué "
            "est effacé. Présentez-vous avec votre passeport ou carte d'identité dans un bureau d'enregistrement, appelez le $phone, ou "
            "demandez un nouvel appel vidéo.\n"
        ),
    ),
    Language.DE: (
        "Wir konnten Sie nicht registrieren",
        (
            "Sie haben um ein Videogespräch gebeten, um registriert zu werden. Wir konnten Sie nicht registrieren. Was Sie uns mitgeteilt "
            "haben, ist gelöscht. Kommen Sie mit Ihrem Reisepass oder Personalausweis in eine Registrierungsstelle, rufen Sie $phone an, "
            "oder bitten Sie erneut um ein Videogespräch.\n"
        ),
    ),
    Language.EN: (
        "We could not register you",
        (
            "You asked for a video call to be registered. We could not register you. What you told us is erased. Come to a registration "
            "office with your passport or identity card, call $phone, or ask for a video call anew.\n"
        ),
    ),
}

ASKED_BEFORE_CALL: Mapping[Language, Letter] = {
    Language.NL: (
        "Hebt u al een Belgisch nummer?",
        (
            "U vroeg een videogesprek. Hebt u al een Belgisch rijksregisternummer of bisnummer, bel ons dan op $phone en houd uw "
            "paspoort of identiteitskaart bij de hand. Stuur het nummer niet per e-mail. Hebt u geen nummer, dan hoeft u niets te doen: wij "
            "schrijven u wanneer het videogesprek is.\n"
        ),
    ),
    Language.FR: (
        "Avez-vous déjà un numéro belge ?",
        (
            "Vous avez demandé un appel vidéo. Si vous avez déjà un numéro de registre national belge ou un numéro bis, appelez-nous au "
            "$phone et gardez votre passeport ou carte d'identité à portée de main. N'envoyez pas le numéro par e-mail. Si vous n'avez "
            "pas de numéro, vous n'avez rien à faire : nous vous écrivons quand l'appel vidéo aura lieu.\n"
        ),
    ),
    Language.DE: (
        "Haben Sie schon eine belgische Nummer?",
        (
            "Sie haben um ein Videogespräch gebeten. Haben Sie schon eine belgische Nationalregisternummer oder Bis-Nummer, so rufen Sie uns "
            "an unter $phone und halten Sie Ihren Reisepass oder Personalausweis bereit. Senden Sie die Nummer nicht per E-Mail. Haben Sie "
            "keine Nummer, so brauchen Sie nichts zu tun: Wir schreiben Ihnen, wann das Videogespräch stattfindet.\n"
        ),
    ),
    Language.EN: (
        "Do you have a Belgian number already?",
        (
            "You asked for a video call. If you have a Belgian national number or bis number already, call us on $phone and have your "
            "passport or identity card at hand. Do not send the number by e-mail. If you have no number, you need do nothing: we write to "
            "you when the video call is.\n"
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Letters:
    """What is written to one who waits when he is matched, refused or asked for his number."""

    matched: Mapping[Language, Letter]
    refused: Mapping[Language, Letter]
    asked: Mapping[Language, Letter]


TO_WHO_HAS_A_KEY = Letters(matched=MATCHED, refused=REFUSED, asked=ASKED)
TO_WHO_ASKED_FOR_A_CALL = Letters(matched=CALLED, refused=NOT_REGISTERED, asked=ASKED_BEFORE_CALL)


def letters_for(means: Means) -> Letters:
    """Return the letters to who proved himself so; who asked for a video call has no key to speak of."""
    return TO_WHO_ASKED_FOR_A_CALL if means is Means.EMAIL_CODE else TO_WHO_HAS_A_KEY
