"""The task list of a sender: each step of its configuration, what is there, and what is still to do."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels.models import Sender
from domain.channels import Channel
from portal.pages.parts import Task
from portal.pages.structured_reports.own_senders import Outfit
from portal.pages.structured_reports.words import CHANNELS, ENVIRONMENTS, MESSAGES

Line = Callable[[str, str, str], Task]
"""Makes a line of the list from its title, the name of its page, and what is there already."""


def tasks_of(sender: Sender, outfit: Outfit, *, is_local_authority: bool) -> tuple[Task, ...]:
    """Return the steps in the order of the seed; those of a channel only where it is open."""

    def needed(title: str, page: str, hint: str) -> Task:
        status, colour = (_("Done"), "") if hint else (_("To do"), "blue")
        return Task(title, status, reverse(page, args=[sender.number]), hint=hint, colour=colour)

    def optional(title: str, page: str, hint: str) -> Task:
        return Task(title, _("Done") if hint else _("Optional"), reverse(page, args=[sender.number]), hint=hint)

    return (
        needed(_("Choose the channels"), "report-channels", "; ".join(str(CHANNELS[each]) for each in outfit.channels)),
        *_doors(outfit, needed, optional, is_local_authority=is_local_authority),
        _certificate(sender, outfit, needed),
        needed(_("Choose the services"), "report-services", "; ".join(_services(outfit))),
        optional(_("Be told that answers are ready"), "report-notices", _told(sender, outfit)),
        optional(_("Copy notifications to the e-Box"), *_copies(sender)),
    )


def _doors(outfit: Outfit, needed: Line, optional: Line, *, is_local_authority: bool) -> Iterator[Task]:
    """Yield what opens each channel that the sender has."""
    if Channel.SFTP in outfit.channels:
        yield needed(_("Add SSH keys for SFTP"), "report-ssh-keys", _keys(outfit.ssh_keys))
    if Channel.FTP in outfit.channels:
        made = _("made on %(day)s") % {"day": _day(outfit.password_set_at)} if outfit.password_set_at else ""
        opens = needed if made or not outfit.login_certificates else optional
        yield opens(_("Make a password for FTP"), "report-ftp-password", made)
        held = _certificates(outfit.login_certificates)
        yield optional(_("Upload certificates for FTP, instead of a password"), "report-ftp-certificates", held)
        if is_local_authority or outfit.networks:
            yield optional(_("Choose leased lines for FTP"), "report-ftp-networks", ", ".join(outfit.networks))
    if Channel.WEB_SERVICE in outfit.channels:
        yield needed(_("Register programs for the web service"), "report-web", _keys(outfit.web_keys))


def _keys(count: int) -> str:
    return ngettext("%(count)d key", "%(count)d keys", count) % {"count": count} if count else ""


def _certificates(count: int) -> str:
    return ngettext("%(count)d certificate", "%(count)d certificates", count) % {"count": count} if count else ""


def _certificate(sender: Sender, outfit: Outfit, needed: Line) -> Task:
    """Return the line of what signs; a certificate that does so later is there, but the sender has to wait for it."""
    title, page = _("Upload the certificate"), "report-certificates"
    if outfit.signs_until:
        return needed(title, page, _("signs until %(day)s") % {"day": _day(outfit.signs_until)})
    if outfit.signs_from:
        hint = _("signs from %(day)s") % {"day": _day(outfit.signs_from)}
        return Task(title, _("Not valid yet"), reverse(page, args=[sender.number]), hint=hint, colour="yellow")
    return needed(title, page, "")


def _services(outfit: Outfit) -> Iterator[str]:
    for purpose, pairs in groupby(outfit.services, key=lambda pair: pair[0]):
        environments = ", ".join(str(ENVIRONMENTS[environment]) for _purpose, environment in pairs)
        yield f"{MESSAGES.get(purpose, purpose)} ({environments})"


def _told(sender: Sender, outfit: Outfit) -> str:
    told = [sender.technical_user.contact_address] if outfit.is_written_to else []
    if outfit.receivers:
        told.append(
            ngettext("%(count)d receiver", "%(count)d receivers", outfit.receivers) % {"count": outfit.receivers}
        )
    return ", ".join(told)


def _copies(sender: Sender) -> tuple[str, str]:
    """Return the page that changes it, and what is there."""
    return ("report-ebox-copy-stop", _("switched on")) if sender.ebox_copy else ("report-ebox-copy", "")


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT")
