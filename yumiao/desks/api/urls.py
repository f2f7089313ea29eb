"""Addresses under /api/."""

from django.urls import path

from . import views
from .views import api

urlpatterns = [
    path("", views.root, name="root"),
    path("docs/", views.docs, name="docs"),
    path("", api.urls),
]
__all__ = ["api", "urlpatterns"]
