"""Addresses of signing in, stepping up and signing out."""

from django.urls import path

from domain.assurance import Means
from portal.pages.sign_in import first_app_views, password_views, views

urlpatterns = [
    path("sign-in", views.choose, name="sign-in"),
    path("sign-in/email", password_views.with_password, {"means": Means.EMAIL_CODE}, name="sign-in-email"),
    path("sign-in/app", password_views.with_password, {"means": Means.TOTP}, name="sign-in-app"),
    path("sign-in/token", password_views.with_password, {"means": Means.TOKEN_CARD}, name="sign-in-token"),
    path("sign-in/password", password_views.with_password, {"means": Means.PASSWORD}, name="sign-in-password"),
    path("sign-in/recovery", password_views.with_password, {"means": Means.RECOVERY_CODE}, name="sign-in-recovery"),
    path("sign-in/code", password_views.code, name="sign-in-code"),
    path("activate", password_views.activate, name="activate"),
    path("activate/new-password", password_views.new_password, name="new-password"),
    path("activate/app", first_app_views.app, name="first-app"),
    path("activate/app/confirm", first_app_views.confirm, name="first-app-confirm"),
    path("step-up", views.step_up, name="step-up"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("signed-out", views.signed_out, name="signed-out"),
]
