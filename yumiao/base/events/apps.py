"""Django's name of the package."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "yumiao.base.events"
    label = "events"
