"""States, channels, messages and refusals in the reader's words."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from channels.models import SenderState
from channels.sender_life import Need
from domain.access.services import SERVICES
from domain.access_declarations import ACCESS_MESSAGE
from domain.channels import Channel
from domain.configuration_refusals import ConfigurationFault
from domain.environments import Environment
from domain.languages import Language
from portal.pages.contact_centre import CONTACT_PHONE
from signing.registrations import RegistrationFault

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        SenderState.DRAFT: (_("Being configured"), "blue"),
        SenderState.CONFIGURED: (_("Ready to be activated"), "yellow"),
        SenderState.ACTIVE: (_("Active"), "green"),
        SenderState.SUSPENDED: (_("Suspended"), "red"),
        SenderState.RETIRED: (_("Retired"), "grey"),
    }
)
"""Each state with the colour of its tag."""

CHANNELS: Mapping[str, Promise] = MappingProxyType(
    {
        Channel.SFTP: _("SFTP, over the internet"),
        Channel.FTP: _("FTP, over a leased line or with TLS"),
        Channel.WEB_SERVICE: _("Web service"),
    }
)

_SHORT_CHANNELS: Mapping[str, Promise | str] = MappingProxyType(
    {Channel.SFTP: "SFTP", Channel.FTP: "FTP", Channel.WEB_SERVICE: _("web service")}
)
"""The channels inside a list."""

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {Language.NL: "Nederlands", Language.FR: "Français", Language.DE: "Deutsch", Language.EN: "English"}
)
"""Each language by its own name."""

MESSAGES: Mapping[str, Promise] = MappingProxyType(
    {
        "DIMN": _("Dimona declarations of student work"),
        "CIAO": _("Check-ins at work places"),
        ACCESS_MESSAGE: _("Access declarations"),
    }
)

CHOSEN_MESSAGES = tuple(
    service.purpose for service in SERVICES.values() if service.purpose and not service.needs_four_eyes
)
"""The messages that one manager alone lets a sender deliver."""

ENVIRONMENTS: Mapping[str, Promise] = MappingProxyType(
    {
        Environment.PRODUCTION: _("real"),
        Environment.TEST: _("test"),
        Environment.SIMULATION: _("simulation"),
    }
)

FAULTS: Mapping[RegistrationFault, Promise] = MappingProxyType(
    {
        RegistrationFault.UNREADABLE: _(
            "The file holds no certificate, or more than one, or a private key. Choose the signer's certificate alone, as "
            "PEM or DER, and never send a private key."
        ),
        RegistrationFault.AUTHORITY: _("This is the certificate of an authority. Choose the signer's own."),
        RegistrationFault.EXPIRED: _("The certificate has expired. Ask its authority for a new one."),
        RegistrationFault.WEAK_KEY: _(
            "The key of the certificate is too weak. RSA needs 2048 bits, an elliptic curve P-256 or more."
        ),
        RegistrationFault.NOT_FOR_SIGNING: _(
            "The certificate is not meant for signing. Ask its authority for one with the key usage digital signature."
        ),
        RegistrationFault.NO_PATH: _("No authority that is trusted here issued the certificate."),
        RegistrationFault.REVOKED: _("Its authority has revoked the certificate. Ask for a new one."),
        RegistrationFault.ALREADY_USED: _(
            "The certificate is registered already. A certificate signs for one sender only; register another one."
        ),
        RegistrationFault.WINDOW: _("The certificate leaves no time to sign in. Register one that is valid longer."),
    }
)
"""Why a certificate is not registered, and what to do (batch protocol §2.4)."""

REFUSALS: Mapping[ConfigurationFault, Promise] = MappingProxyType(
    {
        ConfigurationFault.AWAITS_CONFIRMATION: _(
            "Its technical user was declared by a file and waits for a confirmation. An access manager confirms it under "
            "Access declarations, then the sender can be activated."
        ),
        ConfigurationFault.STOPPED_BY_OPERATOR: format_lazy(
            _("The contact centre suspended this sender, and it alone lets it go on. Call it: {phone}."),
            phone=CONTACT_PHONE,
        ),
        ConfigurationFault.PRIVATE_KEY: _(
            "The file holds a private key. It must never leave its owner: make a new pair, and upload the public key alone."
        ),
        ConfigurationFault.FILE_TOO_LONG: _("The file is too large. Choose the public key or the certificate alone."),
        ConfigurationFault.KEY_UNREADABLE: _(
            "The file holds no public key that can be read. Choose one JWK, or a public key or certificate as PEM."
        ),
        ConfigurationFault.KEY_WEAK: _(
            "The key is too weak, or of a kind that is not taken. Use RSA of at least 2048 bits, or the curve P-256."
        ),
        ConfigurationFault.KEY_ALGORITHM: _(
            "The web service takes RS256 and ES256 alone. Use RSA of at least 2048 bits, or the curve P-256."
        ),
        ConfigurationFault.KEY_NAME: _(
            "The name of the key is too long or holds other signs. Give it another name of at most 64 characters."
        ),
        ConfigurationFault.KEY_NAME_TAKEN: _(
            "The program has another key of this name. Give this one another name, or withdraw the other first."
        ),
        ConfigurationFault.CERTIFICATE_UNREADABLE: _(
            "The file holds no certificate, or more than one. Choose the certificate of the program alone, as PEM or DER."
        ),
        ConfigurationFault.CERTIFICATE_EXPIRED: _("The certificate has expired. Ask its authority for a new one."),
        ConfigurationFault.CERTIFICATE_OF_AUTHORITY: _(
            "This is the certificate of an authority. Choose the program's own."
        ),
        ConfigurationFault.CERTIFICATE_NOT_FOR_CLIENTS: _(
            "The certificate is not meant for signing in with TLS. Ask its authority for one with the usage client "
            "authentication (clientAuth)."
        ),
        ConfigurationFault.CERTIFICATE_TAKEN: _(
            "The certificate is another technical user's. A certificate opens the door for one alone: ask for one of your own."
        ),
        ConfigurationFault.RECEIVER_MALFORMED: _(
            "This is no address of a receiver. Give one that begins with https://, without user name, password and #."
        ),
        ConfigurationFault.RECEIVER_NOT_PUBLIC: _(
            "This address cannot be reached from the Internet. Give a public one, or ask the contact centre to allow its network."
        ),
        ConfigurationFault.RECEIVERS_TOO_MANY: _("There are five receivers already. End one of them first."),
    }
)
"""Why a change is not made, and what to do."""

NEEDS: Mapping[Need, tuple[Promise, str]] = MappingProxyType(
    {
        Need.TECHNICAL_USER: (_("Unblock the technical user"), "report-contact-unblock"),
        Need.CHANNEL: (_("Choose the channels"), "report-channels"),
        Need.CERTIFICATE: (_("Upload a certificate that is valid now"), "report-certificates"),
        Need.SERVICE: (_("Choose the services"), "report-services"),
    }
)
"""What is to be done where a sender lacks something that it needs to be active, and on which page."""

NETWORKS: Mapping[str, Promise] = MappingProxyType(
    {
        "Irisnet": _("for employers in the Brussels-Capital Region"),
        "Publilink": _("for all municipalities"),
    }
)
"""For whom a network is, where not every province and municipality may use it (seed 001)."""


def listed_channels(channels: Collection[str]) -> str:
    """Return those channels in words, as a list inside a sentence."""
    return ", ".join(str(_SHORT_CHANNELS[channel]) for channel in Channel if channel in channels)
