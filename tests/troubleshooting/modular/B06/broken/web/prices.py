from .taxes import TAX

PRICE = 100 + TAX
