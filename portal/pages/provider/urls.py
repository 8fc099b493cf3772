"""Addresses that applications use; the first one tells them all others."""

from django.urls import path

from portal.pages.provider import exchange, views

urlpatterns = [
    path(".well-known/openid-configuration", exchange.discovery, name="provider-discovery"),
    path("oauth/keys.json", exchange.published_keys, name="provider-keys"),
    path("oauth/authorize", views.authorize, name="provider-authorize"),
    path("oauth/token", exchange.token, name="provider-token"),
    path("oauth/userinfo", exchange.user_info, name="provider-userinfo"),
]
