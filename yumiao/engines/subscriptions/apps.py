"""Django's name of the engine; its fields go on file when the program starts."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "yumiao.engines.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        from yumiao.base.access.declare import Field, FieldClass, Purpose
        from yumiao.base.access.fields import DUTY, SECRET, open_columns, register

        told = Field(cls=FieldClass.PERSONAL, basis=DUTY, purposes=frozenset({Purpose.OPERATION, Purpose.INSPECTION}), births=True)
        asked = ("code", "client", "purpose", "area", "kinds", "callback", "shape", "digest", "since", "day", "until", "because")
        register(open_columns("subscriptions.subscription", "id", *asked))
        register({"subscriptions.subscription.secret": SECRET})
        register(
            open_columns("subscriptions.notice", "id", "message", "subscription", "letter", "at", "state", "attempts", "due_at", "sent_at",
                         "fault")
        )  # fmt: skip
        register({"subscriptions.notice.kind": told, "subscriptions.notice.person": told})
        from . import works  # noqa: F401
