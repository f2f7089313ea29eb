"""Django's name of the engine; its fields go on file when the program starts."""

from django.apps import AppConfig


class PopulationConfig(AppConfig):
    name = "yumiao.engines.population"
    label = "population"

    def ready(self) -> None:
        from yumiao.base.access.fields import open_columns, register

        count = ("plan", "on", "snapshot", "source", "scale", "people", "residents", "stated", "digest", "seconds", "made_at")
        register(open_columns("population.headcount", "id", *count))
        register(open_columns("population.cell", "id", "headcount", "topic", "county", "sex", "key", "other", "n"))
