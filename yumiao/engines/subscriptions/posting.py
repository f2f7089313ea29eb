"""One POST to a callback address: to the very address that was looked at, no redirects, no proxies, of the answer only its status."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence

from yumiao.lib.errors import BadInput

from .addresses import Network, Place, Unusable, place, resolved

PATIENCE, DEADLINE = 10.0, 20.0  # seconds for one step, and for the whole


def post(url: str, headers: Mapping[str, str], body: bytes, networks: Sequence[Network]) -> str:
    """Empty where the receiver answered 2xx, else a stable code of what went wrong: address, no_name, tls, timeout, connection, status_…"""
    try:
        found = place(url, networks)
        line = _line(found, resolved(found, networks))
    except BadInput:  # it was allowed once, and is not any more
        return "address"
    except Unusable as error:
        return str(error)
    late = threading.Timer(DEADLINE, _cut, (line,))
    late.daemon = True
    late.start()
    try:
        line.request("POST", found.path, body=body, headers={"Content-Type": "application/json", "User-Agent": "yumiao", **headers})
        status = line.getresponse().status
    except ssl.SSLError:
        return "tls"
    except TimeoutError:
        return "timeout"
    except (OSError, http.client.HTTPException):
        return "connection"
    finally:
        late.cancel()
        line.close()
    return "" if 200 <= status < 300 else f"status_{status}"


class _Line(http.client.HTTPConnection):
    """A connection to an address that was looked at already; the name is for the certificate and the Host header."""

    def __init__(self, found: Place, address: str):
        super().__init__(found.host, found.port, timeout=PATIENCE)
        self.address, self.https = address, found.https
        self.default_port = 443 if found.https else 80

    def connect(self) -> None:
        plug = socket.create_connection((self.address, self.port), PATIENCE)
        self.sock = ssl.create_default_context().wrap_socket(plug, server_hostname=self.host) if self.https else plug


def _line(found: Place, address: str) -> _Line:
    return _Line(found, address)


def _cut(line: _Line) -> None:
    if line.sock is not None:
        try:
            line.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
