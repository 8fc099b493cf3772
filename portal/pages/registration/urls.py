"""Addresses of the registration office."""

from django.urls import path

from portal.pages.registration import call_times, calls, cases, identities, questions, views

_CASE = "registration/cases/<int:case_id>"
_QUESTION = "registration/questions/<int:question_id>"
_IDENTITY = "registration/identities/<int:identity_id>"

urlpatterns = [
    path("registration", views.overview, name="registration"),
    path("registration/cases/new", cases.begin, name="registration-begin"),
    path(_CASE, cases.one, name="registration-case"),
    path(f"{_CASE}/keys", cases.hand_over, name="registration-keys"),
    path(f"{_CASE}/close", cases.close, name="registration-close"),
    path("registration/questions", questions.waiting, name="registration-questions"),
    path(_QUESTION, questions.one, name="registration-question"),
    path("registration/identities", identities.waiting, name="registration-identities"),
    path(_IDENTITY, identities.one, name="registration-identity"),
    path(f"{_IDENTITY}/match/<int:person_id>", identities.match, name="registration-match"),
    path("login/video-call", calls.ask, name="video-call"),
    path(f"{_IDENTITY}/number", calls.make_number, name="registration-number"),
    path(f"{_IDENTITY}/call", call_times.propose, name="registration-call"),
    path(f"{_IDENTITY}/call/withdraw", call_times.withdraw, name="registration-call-withdraw"),
    path(f"{_IDENTITY}/ask", identities.ask, name="registration-ask"),
    path(f"{_IDENTITY}/refuse", identities.refuse, name="registration-refuse"),
]
