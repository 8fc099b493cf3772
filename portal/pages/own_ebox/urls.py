"""Addresses of the citizen's e-Box."""

from django.urls import path

from portal.pages.own_ebox import activating, views

urlpatterns = [
    path("my-ebox", views.overview, name="own-ebox"),
    path("my-ebox/hidden", views.hidden, name="own-ebox-hidden"),
    path("my-ebox/address", activating.address, name="own-ebox-address"),
    path("my-ebox/address/code", activating.code, name="own-ebox-code"),
    path("my-ebox/stop", activating.stop, name="own-ebox-stop"),
    path("my-ebox/<int:document_id>", views.one, name="own-ebox-document"),
    path("my-ebox/<int:document_id>/label", views.own_label, name="own-ebox-label"),
    path("my-ebox/<int:document_id>/hide", views.step, {"step": "hide"}, name="own-ebox-hide"),
    path("my-ebox/<int:document_id>/show", views.step, {"step": "show"}, name="own-ebox-show"),
    path("my-ebox/<int:document_id>/attachments/<int:attachment_id>", views.attachment, name="own-ebox-attachment"),
]
