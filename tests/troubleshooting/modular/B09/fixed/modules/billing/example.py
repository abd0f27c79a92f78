from sqlalchemy import text

NUMBERS = text("SELECT id FROM billing_invoice")
