"""Addresses of the house's own pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("help/", views.topics, name="topics"),
    path("help/<slug:topic>/", views.guide, name="guide"),
    path("privacy/", views.privacy, name="privacy"),
]
