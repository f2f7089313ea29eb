"""The one way in which facts of class 3 and up are written: sealed cells, and blind indexes by which a sealed number is found again.

A cell is one byte for the key, twelve of chance, and the facts as SM4-GCM leaves them. It is bound to what it is about (`about`, such as
`work:17`): moved to another row it does not open. A blind index is HMAC-SM3 of kind and value under a key of its own: equal values have
equal indexes, and nobody without the key can try values. Keys come from the settings; the last one seals, all of them open.
"""

import json
import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

NONCE, TAG = 12, 16
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Unreadable(Exception):
    """The cell was sealed under a key that is not here, was changed, or belongs to another row."""


@cache
def _keys(raw: str) -> dict[int, tuple[algorithms.SM4, hmac.HMAC]]:
    """By their numbers: the key that seals, and the keyed digest of the blind index."""
    out = {}
    for line in raw.split():
        number, _, key = line.partition(":")
        whole = bytes.fromhex(key)
        out[int(number)] = (algorithms.SM4(whole[:16]), hmac.HMAC(whole[16:], hashes.SM3()))
    return out


@cache
def _newest(raw: str) -> tuple[int, algorithms.SM4]:
    keys = _keys(raw)
    number = max(keys)
    return number, keys[number][0]


def seal(about: str, facts: Sequence[Any]) -> bytes | None:
    """The cell of these facts (JSON values, in the order of the group); None where all are None."""
    if all(one is None for one in facts):
        return None
    return seal_bytes(about, _plain(list(facts)).encode())


def seal_bytes(about: str, raw: bytes) -> bytes:
    """The cell of bytes, such as a block of a file."""
    number, key = _newest(settings.DATA_KEYS)
    nonce = os.urandom(NONCE)
    sealing = Cipher(key, modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(about.encode())
    body = sealing.update(raw) + sealing.finalize()
    return bytes((number,)) + nonce + body + sealing.tag


def unseal(about: str, cell: bytes | None, width: int) -> list[Any]:
    """The facts of a cell; `width` Nones where there is none. Raises Unreadable."""
    if cell is None:
        return [None] * width
    found = json.loads(unseal_bytes(about, cell))
    return found + [None] * (width - len(found))


def unseal_bytes(about: str, cell: bytes | memoryview) -> bytes:
    """The bytes of a cell. Raises Unreadable."""
    whole = bytes(cell)
    key = _keys(settings.DATA_KEYS).get(whole[0])
    if key is None:
        raise Unreadable(f"key {whole[0]} is not here")
    opening = Cipher(key[0], modes.GCM(whole[1 : 1 + NONCE], whole[-TAG:])).decryptor()
    opening.authenticate_additional_data(about.encode())
    try:
        return opening.update(whole[1 + NONCE : -TAG]) + opening.finalize()
    except InvalidTag:
        raise Unreadable(about) from None


def blind(kind: str, value: str) -> str:
    """The index of a value under its kind, 32 signs. The first key makes it, so that it stays when a new key begins to seal."""
    return blinds(kind, (value,))[0]


def blinds(kind: str, values: Iterable[str]) -> list[str]:
    """The index of each value under their kind."""
    keys = _keys(settings.DATA_KEYS)
    empty, out = keys[min(keys)][1], []
    for value in values:
        digest = empty.copy()
        digest.update(f"{kind}:{value}".encode())
        out.append(digest.finalize().hex()[:32])
    return out
