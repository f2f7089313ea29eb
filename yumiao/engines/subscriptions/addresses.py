"""Callback addresses: which may be called at all. Nobody makes this system speak to its own neighbours by naming them.

https to addresses of the open internet passes. Anything else (private networks, this machine, link-local, reserved) only inside networks
that the setting `YUMIAO_CALLBACK_NETWORKS` names; plain http only to this machine, and only where it is named there. A name is resolved
once, every address that it has must pass, and the call goes to the address that was looked at, so that a second answer changes nothing.
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from yumiao.lib.errors import BadInput, Trouble

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST = 500
WRAPPED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
"""Networks of version 6 that carry an address of version 4 in their last bits."""


@dataclass(frozen=True)
class Place:
    """A callback address in its parts."""

    https: bool
    host: str
    port: int
    path: str


class Unusable(Exception):
    """The address may not be called, or has no place; the text is a stable code."""


def place(url: str, networks: Sequence[Network] = ()) -> Place:
    """The parts of an address that may be called as far as can be seen without looking its name up. Raises BadInput."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host.encode("ascii")
    except (ValueError, UnicodeError):
        raise _bad(url) from None
    odd = not url.isprintable() or " " in url or "\\" in url or len(url) > LONGEST
    if odd or parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.fragment or "#" in url or port == 0:
        raise _bad(url)
    https = parts.scheme == "https"
    found = Place(https, host, port or (443 if https else 80), (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    numeric = _numeric(host)
    if numeric is None and (not https or ("." not in host) or host.rsplit(".", 1)[-1].isdigit()):
        if not (host == "localhost" and any(one.is_loopback for one in networks)):
            raise _bad(url)
    if numeric is not None and not usable(numeric, https, networks):
        raise _bad(url)
    return found


def resolved(found: Place, networks: Sequence[Network]) -> str:
    """The address to call. Raises Unusable: `no_name`, or `address` where any address of the name may not be called."""
    numeric = _numeric(found.host)
    if numeric is not None:
        answers = [str(numeric)]
    else:
        try:
            answers = [str(row[4][0]) for row in socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)]
        except OSError:
            raise Unusable("no_name") from None
    if not answers or not all(usable(ipaddress.ip_address(one.partition("%")[0]), found.https, networks) for one in answers):
        raise Unusable("address")
    return answers[0]


def usable(address: Address, https: bool, networks: Sequence[Network]) -> bool:
    """Whether this address may be called."""
    real = _real(address)
    named = any(real in network for network in networks if network.version == real.version)
    if not https:
        return named and real.is_loopback
    return named or (real.is_global and not real.is_multicast)


def _real(address: Address) -> Address:
    """The address of version 4 that one of version 6 stands for, else the address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in WRAPPED) and not address.is_loopback:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _numeric(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _bad(url: str) -> BadInput:
    shown = "".join(c if c.isprintable() else "?" for c in url[:60])
    return BadInput(
        Trouble(
            "callback", "callback", (f"“{shown}”", repr(shown)),
            ("https 地址；内网和本机地址要先由设置 YUMIAO_CALLBACK_NETWORKS 放行",
             "an https address; private networks and this machine only where the setting YUMIAO_CALLBACK_NETWORKS names them"),
        )
    )  # fmt: skip
