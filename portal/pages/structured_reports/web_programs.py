"""Programs of a sender at the web service: client ids with the sender number, and the public keys that speak for them."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from channels.configuring.web_clients import (
    add_client_key,
    add_web_client,
    require_client,
    revoke_client,
    revoke_client_key,
)
from channels.models import Sender, WebClient, WebClientKey
from channels.web.scopes import SCOPES, Action, Scope, may_declare_anything, parse_scopes
from domain.assurance import AssuranceLevel
from domain.channels import Channel
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.structured_reports.channel_forms import Powers, ProgramForm, PublicKeyForm
from portal.pages.structured_reports.taking_steps import Question, ask, gone, own, take

_LIVING = "ACTIVE"


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show the programs of the sender with their keys."""
    sender, _now = own(stay, number)
    values = {
        "sender": sender,
        "programs": [(client, _may_deliver(client)) for client in _living_programs(sender)],
        "token_address": f"{settings.GUICHET.web.public_url}/api/oauth/token",
        "is_open": sender.channels.filter(channel=Channel.WEB_SERVICE).exists(),
    }
    return render(request, "structured_reports/web_programs.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Register a program with its first public key; its client id holds the sender number."""
    sender, now = own(stay, number)
    form = ProgramForm(request.POST or None, request.FILES or None, initial={"powers": Powers.DELIVER})
    if request.method == "POST" and form.is_valid():
        raw, said = form.read(), form.cleaned_data

        def register(locked: Sender) -> None:
            add_web_client(
                locked,
                raw,
                scopes=_scopes(Powers(said["powers"])),
                kid=said["kid"] or None,
                randomness=secrets.token_bytes,
                actor=actor_of(stay).name,
                at=now,
            )

        refused = _("The program is not registered. Try again with another public key.")
        if answer := take(request, stay, sender, register, form, refused=refused, then="report-web", field="key"):
            messages.success(request, _("The program is registered. Give its client id to who runs it."))
            return answer
    return render(
        request, "structured_reports/web_program_new.html", {"form": form, "sender": sender}, status=form.http_status
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def add_key(request: HttpRequest, stay: Session, number: str, program_id: int) -> HttpResponse:
    """Let one more public key speak for a program, so that keys can be changed without a break."""
    sender, now = own(stay, number)
    program = _find_program(sender, program_id)
    if program is None:
        gone(request, sender, back="report-web")
    form = PublicKeyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        raw, kid = form.read(), form.cleaned_data["kid"] or None

        def add(_locked: Sender) -> None:
            add_client_key(require_client(program.client_id), raw, kid=kid, actor=actor_of(stay).name, at=now)

        refused = _("This program was withdrawn meanwhile. Register another one.")
        if answer := take(request, stay, sender, add, form, refused=refused, then="report-web", field="key"):
            messages.success(request, _("The key speaks for the program now."))
            return answer
    values = {"form": form, "sender": sender, "program": program}
    return render(request, "structured_reports/web_key_new.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def withdraw_key(request: HttpRequest, stay: Session, number: str, program_id: int, key_id: int) -> HttpResponse:
    """Let a public key speak for the program no more."""
    sender, now = own(stay, number)
    program = _find_program(sender, program_id)
    if program is None:
        gone(request, sender, back="report-web")
    key = program.keys.filter(pk=key_id, state=_LIVING).first()
    if key is None:
        gone(request, sender, back="report-web")
    told: tuple[str, ...] = (key.kid, _("The program gets no access by it any more."))
    if not program.keys.filter(state=_LIVING).exclude(pk=key_id).exists():
        told += (_("It is the only key of the program, which cannot sign in until another one is added."),)
    question = Question(
        title=_("Withdraw this public key"),
        told=told,
        button=_("Withdraw"),
        done=_("The key speaks for the program no more."),
        refused=_("The key is withdrawn."),
    )

    def withdraw(_locked: Sender) -> None:
        revoke_client_key(require_client(program.client_id), key.kid, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, withdraw, question, back="report-web")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def withdraw_program(request: HttpRequest, stay: Session, number: str, program_id: int) -> HttpResponse:
    """Let a program in no more, at once."""
    sender, now = own(stay, number)
    program = _find_program(sender, program_id)
    if program is None:
        gone(request, sender, back="report-web")
    question = Question(
        title=_("Withdraw this program"),
        told=(
            program.client_id,
            _("It is let in no more: its keys and the access it was given are worth nothing from then on."),
            _("This cannot be undone; another program can be registered."),
        ),
        button=_("Withdraw"),
        done=_("The program is let in no more."),
        refused=_("The program is withdrawn."),
    )

    def withdraw(_locked: Sender) -> None:
        revoke_client(require_client(program.client_id), actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, withdraw, question, back="report-web")


def _living_programs(sender: Sender) -> QuerySet[WebClient]:
    keys = Prefetch("keys", WebClientKey.objects.filter(state=_LIVING).order_by("pk"))
    return WebClient.objects.filter(sender=sender, state=_LIVING).order_by("pk").prefetch_related(keys)


def _find_program(sender: Sender, program_id: int) -> WebClient | None:
    """Return a living program of the sender; None for anybody else's."""
    return WebClient.objects.filter(pk=program_id, sender=sender, state=_LIVING).first()


def _may_deliver(client: WebClient) -> bool:
    return may_declare_anything(parse_scopes(client.scopes))


def _scopes(powers: Powers) -> tuple[Scope, ...]:
    """Return what the program may do at most; the services of its sender say which messages it is good for."""
    return tuple(scope for scope in SCOPES.values() if powers is Powers.DELIVER or scope.action is Action.CONSULT)
