"""Addresses of the family's door."""

from django.urls import path

from . import carry, views

urlpatterns = [
    path("", views.home, name="home"),
    path("family/start/", views.start, name="start"),
    path("family/begin/", views.begin, name="begin"),
    path("family/answer/", views.answer, name="answer"),
    path("family/edit/", views.edit, name="edit"),
    path("family/what-if/", views.what_if, name="what-if"),
    path("family/forget/", views.forget, name="forget"),
    path("family/load/", carry.load, name="load"),
    path("family/facts.json", carry.facts, name="facts"),
    path("family/results.json", carry.results, name="results"),
    path("family/sheet.pdf", carry.pdf, name="pdf"),
]
