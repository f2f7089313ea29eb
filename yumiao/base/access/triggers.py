"""Sealed blocks are never changed and never deleted: the rows that they belong to stay for ever."""

from yumiao.base.audit.triggers import Guard

BLOCKS = Guard("access", "a sealed block", ("access_sealedblock",))
