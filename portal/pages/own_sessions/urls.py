"""Addresses of the own stay."""

from django.urls import path

from portal.pages.own_sessions import contexts, events, views

urlpatterns = [
    path("session", views.state, name="session-state"),
    path("session/extend", views.extend, name="session-extend"),
    path("session/warning", views.warning, name="session-warning"),
    path("session/ended", views.ended, name="session-ended"),
    path("context", contexts.choose, name="context"),
    path("sessions", views.own, name="sessions"),
    path("sessions/events", events.own_events, name="own-events"),
    path("sessions/<int:stay_id>/end", views.end_one, name="session-end"),
    path("sessions/end-others", views.end_others, name="sessions-end-others"),
]
