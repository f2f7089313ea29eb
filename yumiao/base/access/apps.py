"""Django's name of the package."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yumiao.base.access"
    label = "access"
