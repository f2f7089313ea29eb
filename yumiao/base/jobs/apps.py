"""Django's name of the package; its fields go on file when the program starts."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yumiao.base.jobs"
    label = "jobs"

    def ready(self) -> None:
        from yumiao.base.access.fields import WHO, open_columns, register

        told = ("done", "whole", "words_zh", "words_en", "code", "fault_zh", "fault_en")
        times = ("asked_at", "began_at", "ended_at", "beat_at")
        register(open_columns("jobs.job", "id", "kind", "about", "lane", "state", "stopping", "attempts", "worker", *told, *times))
        register({"jobs.job.asked_by": WHO})
