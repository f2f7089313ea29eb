"""Django's name of the engine; its fields go on file when the program starts."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "yumiao.engines.rights"
    label = "rights"

    def ready(self) -> None:
        from yumiao.base.access.fields import WHO, open_columns, register

        run = (
            "plan",
            "version",
            "on",
            "snapshot",
            "source",
            "scale",
            "people",
            "families",
            "readings",
            "figures",
            "digest",
            "waiting",
            "seconds",
            "made_at",
        )
        register(open_columns("rights.run", "id", *run))
        register(
            open_columns("rights.sum", "id", "run", "provision", "county", "township", "yes", "no", "unknown", "size_unknown", "amount")
        )
        wait = ("kind", "name", "table", "whose", "provision", "county", "township", "answers", "alone")
        register(open_columns("rights.wait", "id", "run", *wait))
        known = ("hash", "plan", "folder", "on", "source", "scale", "people", "families", "seen_at")
        register(open_columns("rights.knownsnapshot", "id", *known))
        asked = ("kind", "plan", "version", "snapshot", "reform", "years", "question", "asked_at", "job")
        register(open_columns("rights.reckoning", "id", *asked, "found", "digest", "seconds", "made_at"))
        register({"rights.reckoning.asked_by": WHO})
        register(open_columns("rights.renewal", "id", "plan", "because", "about", "asked_at", "run", "before", "made_at"))
        compared = ("before", "after", "asked_at", "job", "changed", "causes", "digest", "seconds", "made_at")
        register(open_columns("rights.comparison", "id", *compared))
        register({"rights.comparison.asked_by": WHO})
        change = ("comparison", "cause", "provision", "kind", "county", "answers", "yes", "open", "amount")
        register(open_columns("rights.change", "id", *change))
        from . import works  # noqa: F401
