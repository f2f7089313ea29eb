"""Django's name of the engine; its fields go on file and its jobs find their work when the program starts."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "yumiao.engines.exchange"
    label = "exchange"

    def ready(self) -> None:
        from yumiao.base.access.fields import register

        from . import works  # noqa: F401
        from .fields import FIELDS

        register(FIELDS)
