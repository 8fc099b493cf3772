"""Questions of the contact form: what waits, one of them with people of that name, and the answer by mail."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import OperatorRole, Session
from auth.refusals import KeyRefusedError
from auth.registration_letters import QuestionAnswer
from auth.registration_questions import OfficePlace, answer_question, read_question, waiting_questions
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.openid import providers
from portal.pages.listings import Column, list_rows
from portal.pages.parts import SummaryRow
from portal.pages.refusals import DoneAlready
from portal.pages.registration.forms import AnswerForm
from portal.pages.registration.words import language_name
from portal.pages.roles import require_role
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from registers.persons.searching import find_namesakes

_COLUMNS = (
    Column("number", gettext_lazy("Question"), ("pk",)),
    Column("asked", gettext_lazy("Asked"), ("asked_at",)),
    Column("language", gettext_lazy("Language"), ("language", "asked_at")),
)


@page(level=AssuranceLevel.EID)
@require_safe
def waiting(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what waits, the oldest first; nobody is named here."""
    require_role(stay, OperatorRole.REGISTRAR)
    questions = list_rows(request, waiting_questions(), columns=_COLUMNS, order="asked")
    for question in questions.rows:
        question.spoken = language_name(question.language)  # type: ignore[attr-defined]
    return render(request, "registration/questions.html", {"questions": questions})


@page(level=AssuranceLevel.EID)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, stay: Session, question_id: int) -> HttpResponse:
    """Show what was asked and who of that name is registered, and answer by mail; that look is on record."""
    require_role(stay, OperatorRole.REGISTRAR)
    now = SystemClock().now()
    try:
        asked, language = read_question(question_id, officer=stay, desk=key_desk(), at=now)
        form = AnswerForm(request.POST or None, told_in=language_name(language))
        if request.method == "POST" and form.is_valid():
            answer = send_once(request, lambda: _answer(question_id, form, stay), then=_list())
            messages.success(request, _("The answer is on its way; what was asked is forgotten."))
            return answer
    except KeyRefusedError:
        over = _("This question is answered already.")
        if request.method == "POST":
            raise DoneAlready(_list(), over) from None
        messages.info(request, over)
        return HttpResponseRedirect(_list())
    facts = [
        SummaryRow(_("Family name"), asked.family_name),
        SummaryRow(_("First name"), asked.first_name),
        SummaryRow(_("Date of birth"), date_format(asked.birth_date, "DATE_FORMAT")),
        SummaryRow(_("Answer to"), asked.mail),
    ]
    namesakes = find_namesakes(
        asked.family_name,
        birth_date=asked.birth_date,
        persons=providers().persons.directory,
        environment=Environment.PRODUCTION,
    )
    values = {"form": form, "facts": facts, "namesakes": namesakes, "number": question_id}
    return render(request, "registration/question.html", values)


def _answer(question_id: int, form: AnswerForm, stay: Session) -> None:
    office = settings.GUICHET.office
    answer_question(
        question_id,
        QuestionAnswer(form.cleaned_data["answer"]),
        note=form.cleaned_data["note"],
        office=OfficePlace(office.addresses, office.phone, office.hours),
        officer=stay,
        desk=key_desk(),
        at=SystemClock().now(),
    )


def _list() -> str:
    return reverse("registration-questions")
