"""Addresses of Student@work."""

from django.urls import path

from portal.pages.student import attesting, code_views, views

urlpatterns = [
    path("student", views.overview, name="student"),
    path("student/what-if", views.what_if_page, name="student-what-if"),
    path("student/calendar", views.calendar, name="student-calendar"),
    path("student/calendar.ics", views.calendar_file, name="student-calendar-file"),
    path("student/periods/<name:number>", views.one, name="student-period"),
    path("student/hours", views.hours, name="student-hours"),
    path("student/looks", views.looks, name="student-looks"),
    path("student/attestation", attesting.attestation, name="student-attestation"),
    path("student/attestation/<name:number>/paper", attesting.paper, name="student-attestation-paper"),
    path("student/attestation/<name:number>/withdraw", attesting.withdraw, name="student-attestation-withdraw"),
    path("code", code_views.look_up_code, name="student-code"),
]
