"""Addresses of the counter's door and of the registry behind it."""

from django.urls import path

from . import people, views

urlpatterns = [
    path("", views.door, name="door"),
    path("people/", people.index, name="people"),
    path("people/<int:number>/", people.person, name="person"),
]
