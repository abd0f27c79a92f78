"""The two plans: what they cost and what they allow."""

FREE = "free"
PRO = "pro"

PRO_PRICE = 900  # cents a month
FREE_POST_LIMIT = 3  # published at a time
