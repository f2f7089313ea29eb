"""Annex 附件."""
