"""Django's name of the package; its fields go on file when the program starts."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yumiao.base.people"
    label = "people"

    def ready(self) -> None:
        from yumiao.base.access.fields import register

        from .fields import FIELDS

        register(FIELDS)
