"""How a notice is signed: HMAC under the subscription's secret over time, message id and body, parted by full stops.

The receiver works out the same, compares in constant time, refuses a time more than five minutes off and a message id that it has seen.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

ID, TIME, SIGNATURE = "Yumiao-Message", "Yumiao-Time", "Yumiao-Signature"
_HASH: dict[str, type[hashes.HashAlgorithm]] = {"sha256": hashes.SHA256, "sm3": hashes.SM3}


def signed(digest: str, secret: str, time: str, message: str, body: bytes) -> str:
    """The header's value: `sha256=…` or `sm3=…` in hexadecimal."""
    return f"{digest}={_over(digest, secret, time, message, body).finalize().hex()}"


def holds(signature: str, secret: str, time: str, message: str, body: bytes) -> bool:
    """Whether a signature is this secret's over these parts: what a receiver does."""
    digest, _, value = signature.partition("=")
    try:
        _over(digest, secret, time, message, body).verify(bytes.fromhex(value))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True


def _over(digest: str, secret: str, time: str, message: str, body: bytes) -> hmac.HMAC:
    out = hmac.HMAC(secret.encode(), _HASH[digest]())
    out.update(f"{time}.{message}.".encode() + body)
    return out
