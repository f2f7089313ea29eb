"""Django's name of the package."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "yumiao.desks.house"
    label = "house"
