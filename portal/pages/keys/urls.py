"""Addresses of "my digital keys"."""

from django.urls import path

from portal.pages.keys import notices, passkeys, setting_up, views

urlpatterns = [
    path("keys", views.overview, name="keys"),
    path("keys/password", setting_up.password, name="key-password"),
    path("keys/app", setting_up.app, name="key-app"),
    path("keys/app/confirm", setting_up.app_confirm, name="key-app-confirm"),
    path("keys/card", setting_up.card, name="key-card"),
    path("keys/recovery", setting_up.recovery, name="key-recovery"),
    path("keys/anew", views.anew, name="keys-anew"),
    path("keys/email", setting_up.email, name="key-email"),
    path("keys/email/code", setting_up.email_code, name="key-email-code"),
    path("keys/notices", notices.address, name="key-notices"),
    path("keys/notices/code", notices.code, name="key-notices-code"),
    path("keys/passkey", passkeys.set_up, name="key-passkey"),
    path("sign-in/passkey", passkeys.sign_in_with, name="sign-in-passkey"),
    path("keys/<int:key_id>/suspend", views.change, {"action": "suspend"}, name="key-suspend"),
    path("keys/<int:key_id>/resume", views.change, {"action": "resume"}, name="key-resume"),
    path("keys/<int:key_id>/remove", views.change, {"action": "remove"}, name="key-remove"),
]
