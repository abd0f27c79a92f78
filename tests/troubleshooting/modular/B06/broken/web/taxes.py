def tax() -> int:
    from .prices import PRICE

    return PRICE // 5


TAX = 20
