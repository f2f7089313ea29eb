"""Address of the cockpit's door."""

from django.urls import path

from . import views

urlpatterns = [path("", views.door, name="door")]
