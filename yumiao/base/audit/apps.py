"""Django's name of the package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "yumiao.base.audit"
    label = "audit"
