"""Callback addresses: https to the open internet, anything else only where the setting names its network. Nobody is called by a trick."""

import ipaddress

import pytest

from yumiao.engines.subscriptions import addresses
from yumiao.engines.subscriptions.addresses import Place, Unusable, place, resolved, usable
from yumiao.lib.errors import BadInput

OFFICES, HERE = ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.0/8")


@pytest.mark.parametrize(
    "url",
    [
        "", "https://", "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org/",
        "https://user:pw@example.org/", "https://example.org/#x", "https://example.org:0/", "https://example.org:99999/", "https://例子.org/",
        "https://localhost/", "https://intranet/", "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.9.9/",
        "https://169.254.169.254/latest/", "https://100.64.0.1/", "https://0.0.0.0/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/",
        "https://[fc00::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://2130706433/", "https://0x7f000001/", "https://017700000001/", "https://127.1/",
        "https://example.org/\\@10.0.0.1", "https://example.org/ x", "https://example.org/\n", "https://" + "a" * 500 + ".org/",
    ],
)  # fmt: skip
def test_what_may_not_be_called(url):
    with pytest.raises(BadInput):
        place(url)


@pytest.mark.parametrize("url", ["https://example.org/notify?x=1", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/a"])
def test_the_open_internet(url):
    assert place(url).https


def test_networks_that_the_setting_names():
    for url, networks in (
        ("https://10.1.2.3/x", [OFFICES]), ("http://127.0.0.1:8000/", [HERE]), ("http://localhost:8000/", [HERE]),
        ("https://127.0.0.1/", [HERE]),
        ("https://[::ffff:10.0.0.1]/", [OFFICES]),
    ):  # fmt: skip
        assert place(url, networks)
    for url, networks in (("http://10.1.2.3/", [OFFICES]), ("https://10.1.2.3/", [HERE]), ("http://example.org/", [HERE])):
        with pytest.raises(BadInput):
            place(url, networks)


def test_a_name_is_called_only_if_all_its_addresses_may_be(monkeypatch):
    answers = {"good.example": ["8.8.8.8"], "bad.example": ["8.8.8.8", "10.0.0.1"], "mapped.example": ["::ffff:127.0.0.1"]}
    answers["link.example"] = ["fe80::1%eth0"]

    def look_up(host, port, **more):
        if host not in answers:
            raise OSError
        return [(None, None, None, None, (one, port)) for one in answers[host]]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    assert resolved(Place(True, "good.example", 443, "/"), []) == "8.8.8.8"
    for host, code in (("bad.example", "address"), ("mapped.example", "address"), ("link.example", "address"), ("no.example", "no_name")):
        with pytest.raises(Unusable, match=code):
            resolved(Place(True, host, 443, "/"), [])
    assert resolved(Place(True, "bad.example", 443, "/"), [OFFICES]) == "8.8.8.8"


def test_plain_http_never_leaves_this_machine():
    everywhere = [ipaddress.ip_network("0.0.0.0/0")]
    assert not usable(ipaddress.ip_address("8.8.8.8"), False, everywhere) and usable(ipaddress.ip_address("127.0.0.1"), False, everywhere)
