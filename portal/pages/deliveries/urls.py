"""Addresses of the deliveries."""

from django.urls import path

from portal.pages.deliveries import checking, views

urlpatterns = [
    path("deliveries", views.overview, name="deliveries"),
    path("deliveries/check", checking.check_file, name="deliveries-check"),
    path("deliveries/<int:submission_id>", views.one, name="delivery"),
    path("deliveries/<int:submission_id>/answers/<int:file_id>", views.download, name="delivery-answer"),
]
