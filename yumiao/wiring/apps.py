"""Loads every wire when the program starts."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "yumiao.wiring"
    label = "wiring"

    def ready(self) -> None:
        import yumiao.wiring as here

        for module in iter_modules(here.__path__):
            if module.name not in ("apps", "rounds"):
                import_module(f"{here.__name__}.{module.name}")
