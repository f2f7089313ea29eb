"""Addresses of the counter's door and of the registry, the departments' files and the pairs behind it."""

from django.urls import path, register_converter

from . import feedfiles, feeds, linking, people, quality, views


class Form:
    """json or xlsx."""

    regex = "json|xlsx"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(Form, "sheet")
urlpatterns = [
    path("", views.door, name="door"),
    path("people/", people.index, name="people"),
    path("people/<int:number>/", people.person, name="person"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/contracts/", feeds.contracts, name="contracts"),
    path("feeds/<int:number>/", feeds.batch, name="batch"),
    path("feeds/<int:number>/progress/", feeds.progress, name="batch-progress"),
    path("feeds/<int:number>/take/", feeds.take, name="batch-take"),
    path("feeds/<int:number>/cancel/", feeds.cancel, name="batch-cancel"),
    path("feeds/<int:number>/revoke/", feeds.revoke, name="batch-revoke"),
    path("feeds/<int:number>/findings.<sheet:form>", feedfiles.findings, name="batch-findings"),
    path("feeds/<int:number>/to-mend.xlsx", feedfiles.mended, name="batch-mended"),
    path("quality/", quality.index, name="quality"),
    path("quality/data.xlsx", quality.data, name="quality-data"),
    path("quality/close/", quality.close, name="quality-close"),
    path("quality/feeds/<slug:contract>/", quality.feed, name="quality-feed"),
    path("quality/counties/<slug:code>/", quality.county, name="quality-county"),
    path("linking/births/", linking.births, name="births"),
    path("linking/births/<int:mention>/", linking.birth, name="birth"),
    path("linking/", linking.index, name="linking"),
    path("linking/<int:number>/", linking.pair, name="pair"),
]
