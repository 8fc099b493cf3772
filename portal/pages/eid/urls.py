"""Addresses of signing in by card."""

from django.urls import path

from portal.pages.eid import api, views

urlpatterns = [
    path("sign-in/eid", views.ways, name="sign-in-eid"),
    path("sign-in/eid/agent", views.with_agent, name="sign-in-eid-agent"),
    path("sign-in/eid/continue", views.go_on, name="sign-in-eid-continue"),
    path("login/eid/challenge", api.challenge, name="eid-challenge"),
    path("login/eid", api.login, name="eid-login"),
    path("login/eid/pairing", api.pairing, name="eid-pairing"),
    path("login/eid/agent/challenge", api.agent_challenge, name="eid-agent-challenge"),
    path("login/eid/agent", api.agent_login, name="eid-agent-login"),
]
