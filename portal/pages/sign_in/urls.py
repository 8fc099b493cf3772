"""Addresses of signing in, stepping up and signing out."""

from django.urls import path

from portal.pages.sign_in import views

urlpatterns = [
    path("sign-in", views.choose, name="sign-in"),
    path("sign-in/passkey", views.not_here, name="sign-in-passkey"),
    path("sign-in/email", views.not_here, name="sign-in-email"),
    path("sign-in/app", views.not_here, name="sign-in-app"),
    path("sign-in/token", views.not_here, name="sign-in-token"),
    path("sign-in/password", views.not_here, name="sign-in-password"),
    path("step-up", views.step_up, name="step-up"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("signed-out", views.signed_out, name="signed-out"),
]
