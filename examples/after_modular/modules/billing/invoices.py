"""Invoices: find them by their owner or their number."""

import re

from sqlalchemy import BindParameter, Select, select

from .models import Invoice, session


def of(user_id: int | BindParameter[int]) -> Select[Invoice]:
    """Return the statement that selects somebody's invoices."""
    return select(Invoice).where(Invoice.user_id == user_id)


def find(number: str, user_id: int) -> Invoice | None:
    """Return somebody's invoice with a number such as ``INV-2026-000042``."""
    parts = re.fullmatch(r"INV-[0-9]{4}-([0-9]{6,9})", number)
    if parts is None:
        return None
    invoice = session.scalar(of(user_id).where(Invoice.id == int(parts[1])))
    return invoice if invoice and invoice.number == number else None
