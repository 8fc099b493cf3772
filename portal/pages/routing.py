"""Say of each page who may open it: nobody in particular, or somebody signed in surely, lately and for a company.

    @page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
    def people(request: HttpRequest, stay: Session) -> HttpResponse: ...

    @page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
    def change_password(request: HttpRequest, stay: Session) -> HttpResponse: ...

    @public_page
    def help_with_cards(request: HttpRequest) -> HttpResponse: ...

A test fails for a route without one of them.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from http import HTTPStatus
from typing import Concatenate, ParamSpec, assert_never

import structlog
from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from auth.models import Session
from auth.session_life import is_fresh
from domain.assurance import AssuranceLevel
from evidence.audit import told_with
from evidence.clock import SystemClock
from portal.pages.arrival import tell_of_device, welcome
from portal.pages.paths import UNSENT, path_to_try_again, way_to_step_up, with_next
from portal.pages.problems import Problem, ProblemCode, wants_data
from portal.pages.refusals import PageRefusal, StrongerKeyNeeded, TooManyAttempts
from portal.pages.sending_once import refuse_repeated
from portal.pages.stays import is_idle, note_activity, stay_of, stay_that_ended
from portal.request_lines import name_of

log = structlog.get_logger()
Parameters = ParamSpec("Parameters")
SignedInView = Callable[Concatenate[HttpRequest, Session, Parameters], HttpResponse]
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


_TOLD_AS: Mapping[int, str] = {HTTPStatus.CONFLICT: "conflict"}
"""What a log calls an answer (access and login §11); denials and limits are logged where they are decided."""
_PROBLEMS: Mapping[int, ProblemCode] = {
    HTTPStatus.FORBIDDEN: ProblemCode.REFUSED,
    HTTPStatus.CONFLICT: ProblemCode.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS: ProblemCode.TOO_MANY,
}


class Freshness(Enum):
    """Whether the person must have proven himself just now."""

    OF_THIS_STAY = auto()
    RECENT = auto()


class Context(Enum):
    """Whether a page speaks for a company in one of its qualities, and so how sure a stay is there.

    Keys that count for one company alone (decision 0050) open nothing of the person's own (NOT_NEEDED), but let him choose
    that company and set up the app that opens it (STILL_OPEN).
    """

    NOT_NEEDED = auto()
    REQUIRED = auto()
    STILL_OPEN = auto()

    def level_of(self, stay: Session) -> int:
        """Return how surely the stay is proven for such a page."""
        match self:
            case Context.NOT_NEEDED:
                return stay.level_for(None)
            case Context.REQUIRED if stay.entity_id is not None:
                return stay.level_for(stay.entity_id)
            case Context.REQUIRED | Context.STILL_OPEN:
                return stay.reached_level
            case _:
                assert_never(self)


class Counting(Enum):
    """Whether opening the page counts as activity, so that the stay lasts longer."""

    AS_ACTIVITY = auto()
    NOT_AT_ALL = auto()


@dataclass(frozen=True, slots=True)
class PageRule:
    """What a route declares; `level` is None on a page for everybody."""

    level: AssuranceLevel | None
    freshness: Freshness = Freshness.OF_THIS_STAY
    context: Context = Context.NOT_NEEDED
    counting: Counting = Counting.AS_ACTIVITY

    def lacking(self, stay: Session, request: HttpRequest, *, at: datetime) -> "Lacking | None":
        """Return what the signed-in person lacks, or None when the page may be shown."""
        if self.level is None:
            return None
        here = path_to_try_again(request)
        level = self.context.level_of(stay)
        is_weak = level < self.level
        if is_weak or (self.freshness is Freshness.RECENT and not is_fresh(stay, at=at)):
            required, is_confined = int(self.level), level < stay.reached_level
            log.info("authz:level", login=stay.login_id, page=name_of(request), required=required, level=int(level))
            code = ProblemCode.INSUFFICIENT_LEVEL if is_weak else ProblemCode.PROOF_TOO_OLD
            way = way_to_step_up(here, level=required, is_confined=is_confined)
            return Lacking(way, Problem(code, required, is_confined))
        if self.context is Context.REQUIRED and stay.entity_id is None:
            return Lacking(with_next(reverse("context"), here), Problem(ProblemCode.NO_COMPANY))
        return None


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is to be done before a page is shown: where a person is led for it, and what a program is told."""

    path: str
    problem: Problem

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Lead the person there; a program cannot be led, so it is told."""
        if wants_data(request):
            return self.problem.answer()
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(self.path)
        return HttpResponseRedirect(self.path)


def nobody_signed_in(request: HttpRequest, *, at: datetime) -> Lacking:
    """Return the way to signing in, or to what tells that a stay is over."""
    ended = stay_that_ended(request)
    if ended is not None and is_idle(ended, at=at):
        log.info("session:idle", login=ended.login_id, session=ended.pk, page=name_of(request))
    path = reverse("sign-in" if ended is None else "session-ended")
    return Lacking(with_next(path, path_to_try_again(request)), Problem(ProblemCode.NOT_SIGNED_IN))


def page(
    *,
    level: AssuranceLevel,
    freshness: Freshness = Freshness.OF_THIS_STAY,
    context: Context = Context.NOT_NEEDED,
    counting: Counting = Counting.AS_ACTIVITY,
) -> Callable[[SignedInView[Parameters]], View[Parameters]]:
    """Show the page to who is signed in at `level` or above; it is given the stay. Others are led to signing in."""
    rule = PageRule(level, freshness, context, counting)

    def decorate(view: SignedInView[Parameters]) -> View[Parameters]:
        @functools.wraps(view)
        def shown(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            stay = stay_of(request)
            now = SystemClock().now()
            if stay is not None:
                try:
                    choice = _welcome(request, stay, at=now)
                except UpdateError:
                    return _stay_gone(request, at=now)
                if choice is not None:
                    return choice
                stay = stay_of(request)
            if stay is None:
                return nobody_signed_in(request, at=now).answer(request)
            lacking = rule.lacking(stay, request, at=now)
            if lacking is not None:
                return lacking.answer(request)
            if rule.counting is Counting.AS_ACTIVITY:
                note_activity(stay, at=now)
            if request.method == "GET" and UNSENT in request.GET:
                return _tell_of_unsent(request)
            with told_with(session=stay.pk, level=stay.level, address=request.META.get("REMOTE_ADDR", "")):
                return _answer(request, functools.partial(view, request, stay, *args, **kwargs))

        return declare(shown, rule)

    return decorate


def public_page(view: View[Parameters]) -> View[Parameters]:
    """Show the page to everybody."""
    rule = PageRule(None)

    @functools.wraps(view)
    def shown(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        return _answer(request, functools.partial(view, request, *args, **kwargs))

    return declare(shown, rule)


def declare(view: View[Parameters], rule: PageRule) -> View[Parameters]:
    """Write the rule on the view, where `declared` finds it."""
    view.page_rule = rule  # type: ignore[attr-defined]
    return view


def declared(view: object) -> PageRule | None:
    """Return the rule that a view declares, or None."""
    rule = getattr(view, "page_rule", None)
    return rule if isinstance(rule, PageRule) else None


def _welcome(request: HttpRequest, stay: Session, *, at: datetime) -> HttpResponse | None:
    """Welcome the person on a first page; a program is shown none, so all but the news of a new device waits for one."""
    if not wants_data(request):
        return welcome(request, stay, at=at)
    tell_of_device(request, stay, at=at)
    return None


def _tell_of_unsent(request: HttpRequest) -> HttpResponse:
    """Say, when somebody comes back from proving himself, that the form which he sent before came to nothing.

    It is said once: the page's own address, which is reloaded and come back to, does not hold it.
    """
    messages.warning(request, _("What you sent was not saved, since you had to sign in first. Do it once more."))
    return HttpResponseRedirect(request.path)


def tell_refusal(request: HttpRequest, refusal: PageRefusal) -> HttpResponse:
    """Return the page that tells a refusal, or that leads on from it, and note it; to a program, the same as data."""
    if isinstance(refusal, StrongerKeyNeeded):
        way = way_to_step_up(path_to_try_again(request), level=refusal.level, is_confined=False)
        return Lacking(way, Problem(ProblemCode.INSUFFICIENT_LEVEL, refusal.level)).answer(request)
    if wants_data(request) and refusal.status in _PROBLEMS:
        answer = Problem(_PROBLEMS[refusal.status], detail=refusal.sentence).answer()
    else:
        answer = render(request, refusal.template, {"refusal": refusal}, status=refusal.status)
    if isinstance(refusal, TooManyAttempts):
        answer.headers["Retry-After"] = str(refusal.seconds)
    if refusal.status in _TOLD_AS:
        log.info(_TOLD_AS[refusal.status], page=name_of(request))
    return answer


def _stay_gone(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Answer a request whose stay ended, or went on under another id, while it was handled.

    A browser that reads asks once more: it has the other id by then, or is led to signing in. What this request noted in
    the stay is nowhere to be written.
    """
    request.session.modified = False
    if request.method == "GET" and not wants_data(request):
        return HttpResponseRedirect(request.get_full_path())
    return nobody_signed_in(request, at=at).answer(request)


def _answer(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the view; what it refuses becomes a page."""
    try:
        refuse_repeated(request)
        answer = view()
    except PageRefusal as refusal:
        return tell_refusal(request, refusal)
    except UpdateError:
        return _stay_gone(request, at=SystemClock().now())
    if answer.status_code in _TOLD_AS:
        log.info(_TOLD_AS[answer.status_code], page=name_of(request))
    if isinstance(answer, HttpResponseNotAllowed) and not wants_data(request):
        answer.content = render(request, "errors/405.html").content
    return answer
