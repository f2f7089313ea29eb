"""Django's name of the package; its fields go on file when the program starts."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yumiao.base.documents"
    label = "documents"

    def ready(self) -> None:
        from yumiao.base.access.fields import open_columns, register

        register(open_columns("documents.officialtext", "id", "plan", "name", "sha256", "imported_at"))
        register(open_columns("documents.clausetext", "id", "text", "clause", "body", "place"))
