"""Addresses: the desks under their doors, the switches, and whether the system is well."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from . import problems, switches

handler400, handler403, handler404, handler500 = problems.bad_request, problems.forbidden, problems.not_found, problems.fault
DOORS = (("plan/", "plan"), ("api/", "api"), ("counter/", "counter"), ("cockpit/", "cockpit"), ("", "house"), ("", "portal"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", switches.health, name="health"),
    path("switch/language/", switches.language, name="switch-language"),
    path("switch/text/", switches.text, name="switch-text"),
    path("switch/role/", switches.character, name="switch-role"),
]
for address, desk in DOORS:
    if find_spec(f"yumiao.desks.{desk}") and find_spec(f"yumiao.desks.{desk}.urls"):
        module = import_module(f"yumiao.desks.{desk}.urls")
        if hasattr(module, "api"):
            problems.install(module.api)
        urlpatterns.append(path(address, include((module, desk))))
