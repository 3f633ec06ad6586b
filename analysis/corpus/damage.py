"""Damage to numbers and words that a site or a program did before the file was saved: flagged, never repaired."""

from __future__ import annotations

from typing import NamedTuple

from analysis.schemas import Report

__all__ = ["Damage", "find_damage"]


class Damage(NamedTuple):
    """A damaged stretch of raw text: ``kind`` as in the damage table."""

    start: int
    end: int
    kind: str


def find_damage(report: Report) -> list[Damage]:
    """Return the damaged stretches of `report`, in order."""
    return []
