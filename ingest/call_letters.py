"""What is written of a video call: its time, another time, or that it is not held. No name, no number of a person's register."""

from collections.abc import Mapping

from domain.languages import Language
from ingest.identity_letters import Letter

_FOR_THE_CALL: Mapping[Language, str] = {
    Language.NL: (
        "$when\n\n$how\n\n"
        "Houd bij de hand:\n"
        "- uw paspoort of identiteitskaart, zelf en niet als kopie;\n"
        "- als u er een hebt, een papier waarop uw Belgisch nummer staat, zoals een loonbrief;\n"
        "- een toestel met camera en microfoon, op een plaats met licht.\n\n"
        "Past het u niet, bel dan $phone. In het gesprek vragen wij u nooit een wachtwoord of een pincode.\n"
    ),
    Language.FR: (
        "$when\n\n$how\n\n"
        "Gardez à portée de main :\n"
        "- votre passeport ou carte d'identité, l'original et pas une copie ;\n"
        "- si vous en avez un, un papier où figure votre numéro belge, comme une fiche de paie ;\n"
        "- un appareil avec caméra et microphone, dans un endroit éclairé.\n\n"
        "Si cela ne vous convient pas, appelez le $phone. Pendant l'appel, nous ne vous demandons jamais de mot de passe ni de code "
        "PIN.\n"
    ),
    Language.DE: (
        "$when\n\n$how\n\n"
        "Halten Sie bereit:\n"
        "- Ihren Reisepass oder Personalausweis, das Original und keine Kopie;\n"
        "- wenn Sie eines haben, ein Papier, auf dem Ihre belgische Nummer steht, etwa eine Lohnabrechnung;\n"
        "- ein Gerät mit Kamera und Mikrofon, an einem hellen Ort.\n\n"
        "Passt es Ihnen nicht, so rufen Sie $phone an. Im Gespräch fragen wir Sie nie nach einem Kennwort oder einer PIN.\n"
    ),
    Language.EN: (
        "$when\n\n$how\n\n"
        "Have at hand:\n"
        "- your passport or identity card itself, not a copy;\n"
        "- if you have one, a paper that shows your Belgian number, such as a payslip;\n"
        "- a device with a camera and a microphone, in a place with light.\n\n"
        "If it does not suit you, call $phone. In the call we never ask you for a password or a PIN.\n"
    ),
}

_MOVED: Mapping[Language, str] = {
    Language.NL: "Het eerder voorgestelde tijdstip vervalt. Uw videogesprek is nu:\n\n",
    Language.FR: "L'heure proposée auparavant ne compte plus. Votre appel vidéo aura lieu :\n\n",
    Language.DE: "Der früher vorgeschlagene Termin gilt nicht mehr. Ihr Videogespräch findet statt:\n\n",
    Language.EN: "The time proposed before counts no more. Your video call is now:\n\n",
}

PROPOSED: Mapping[Language, Letter] = {
    Language.NL: ("Uw videogesprek", f"Wij stellen u een videogesprek voor:\n\n{_FOR_THE_CALL[Language.NL]}"),
    Language.FR: ("Votre appel vidéo", f"Nous vous proposons un appel vidéo :\n\n{_FOR_THE_CALL[Language.FR]}"),
    Language.DE: ("Ihr Videogespräch", f"Wir schlagen Ihnen ein Videogespräch vor:\n\n{_FOR_THE_CALL[Language.DE]}"),
    Language.EN: ("Your video call", f"We propose a video call to you:\n\n{_FOR_THE_CALL[Language.EN]}"),
}

MOVED: Mapping[Language, Letter] = {
    Language.NL: ("Uw videogesprek is verplaatst", f"{_MOVED[Language.NL]}{_FOR_THE_CALL[Language.NL]}"),
    Language.FR: ("Votre appel vidéo est déplacé", f"{_MOVED[Language.FR]}{_FOR_THE_CALL[Language.FR]}"),
    Language.DE: ("Ihr Videogespräch ist verschoben", f"{_MOVED[Language.DE]}{_FOR_THE_CALL[Language.DE]}"),
    Language.EN: ("Your video call is moved", f"{_MOVED[Language.EN]}{_FOR_THE_CALL[Language.EN]}"),
}

WITHDRAWN: Mapping[Language, Letter] = {
    Language.NL: (
        "Uw videogesprek gaat niet door",
        "Dit videogesprek gaat niet door:\n\n$when\n\nUw aanvraag blijft staan: wij schrijven u opnieuw. Hebt u vragen, bel dan $phone.\n",
    ),
    Language.FR: (
        "Votre appel vidéo n'aura pas lieu",
        (
            "Cet appel vidéo n'aura pas lieu :\n\n$when\n\nVotre demande reste ouverte : nous vous écrirons à nouveau. Pour toute "
            "question, appelez le $phone.\n"
        ),
    ),
    Language.DE: (
        "Ihr Videogespräch findet nicht statt",
        (
            "Dieses Videogespräch findet nicht statt:\n\n$when\n\nIhre Anfrage bleibt bestehen: Wir schreiben Ihnen wieder. Haben Sie "
            "Fragen, so rufen Sie $phone an.\n"
        ),
    ),
    Language.EN: (
        "Your video call is not held",
        (
            "This video call is not held:\n\n$when\n\nYour request stays open: we write to you again. If you have a question, call "
            "$phone.\n"
        ),
    ),
}

NOT_NEEDED: Mapping[Language, str] = {
    Language.NL: "\nHet voorgestelde videogesprek gaat niet meer door: $when.\n",
    Language.FR: "\nL'appel vidéo proposé n'aura plus lieu : $when.\n",
    Language.DE: "\nDas vorgeschlagene Videogespräch findet nicht mehr statt: $when.\n",
    Language.EN: "\nThe video call that was proposed is no longer held: $when.\n",
}
"""Stands below what ends the waiting of somebody whose call is still to come."""

BY_LINK: Mapping[Language, str] = {
    Language.NL: "Open dan deze link: $place",
    Language.FR: "Ouvrez alors ce lien : $place",
    Language.DE: "Öffnen Sie dann diesen Link: $place",
    Language.EN: "Open this link then: $place",
}

BY_TELEPHONE: Mapping[Language, str] = {
    Language.NL: "Wij bellen u dan op dit nummer: $place",
    Language.FR: "Nous vous appelons alors à ce numéro : $place",
    Language.DE: "Wir rufen Sie dann unter dieser Nummer an: $place",
    Language.EN: "We call you then on this number: $place",
}
