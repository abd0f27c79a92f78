def tax(price: int) -> int:
    return price // 5


TAX = 20
