"""Django's name of the package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yumiao.desks.portal"
    label = "portal"
