from web.data_view import DataView

from .models import Invoice, session


def views() -> list[DataView]:
    return [
        DataView(
            "invoices",
            Invoice,
            session,
            columns=("id", "number", "user_id"),
            people=("user_id",),
        ),
    ]
