"""No test leaves this machine: the guard of conftest.py is in force, and lets loopback and unix sockets through."""

import socket
import threading
import urllib.request

import pytest

from tests.conftest import NetworkReached


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "example.invalid", "2001:db8::1"])
def test_a_connection_outward_is_refused(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as plug, pytest.raises(NetworkReached):
        plug.connect((address, 80))


def test_a_look_up_outward_is_refused():
    with pytest.raises(NetworkReached):
        socket.getaddrinfo("example.invalid", 443)


def test_a_client_library_is_refused_too():
    with pytest.raises((NetworkReached, OSError)) as caught:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://example.invalid/", timeout=5)
    assert "loopback only" in str(caught.value)


def test_loopback_works():
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        with socket.create_connection(server.getsockname(), timeout=5) as plug:
            assert plug.recv(1) == b""
