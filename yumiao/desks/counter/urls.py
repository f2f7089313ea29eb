"""Address of the counter's door."""

from django.urls import path

from . import views

urlpatterns = [path("", views.door, name="door")]
