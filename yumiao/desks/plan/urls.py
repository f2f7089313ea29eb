"""Addresses under /plan/."""

from django.urls import path, register_converter

from . import downloads, reckonfiles, views, whatif


class Form:
    """json or xlsx."""

    regex = "json|xlsx"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(Form, "form")
urlpatterns = [
    path("", views.index, name="index"),
    path("readings/", views.readings, name="readings"),
    path("readings/data.<form:form>", downloads.readings, name="readings-data"),
    path("prefecture/", views.people, name="prefecture"),
    path("prefecture/data.<form:form>", downloads.people, name="prefecture-data"),
    path("waiting/", views.waits, name="waiting"),
    path("waiting/data.<form:form>", downloads.waits, name="waiting-data"),
    path("changes/", views.changes, name="changes"),
    path("changes/ask/", views.compare, name="changes-ask"),
    path("changes/data.<form:form>", downloads.changes, name="changes-data"),
    path("clauses/<slug:id>/", views.clause, name="clause"),
    path("clauses/<slug:id>/data.<form:form>", downloads.clause, name="clause-data"),
    path("rules/<slug:code>/", views.rule, name="rule"),
    path("rules/<slug:code>/data.<form:form>", downloads.rule, name="rule-data"),
    path("readings/reckon/", whatif.readings, name="readings-reckon"),
    path("whatif/", whatif.whatif, name="whatif"),
    path("whatif/reform.yaml", whatif.text, name="whatif-text"),
    path("whatif/<int:number>/", whatif.reckoning, name="reckoning"),
    path("whatif/<int:number>/progress/", whatif.progress, name="reckoning-progress"),
    path("whatif/<int:number>/cancel/", whatif.cancel, name="reckoning-cancel"),
    path("whatif/<int:number>/again/", whatif.again, name="reckoning-again"),
    path("whatif/<int:number>/reform.yaml", reckonfiles.reform, name="reckoning-text"),
    path("whatif/<int:number>/data.<form:form>", reckonfiles.data, name="reckoning-data"),
]
