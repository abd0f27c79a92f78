from .extension_points import ACCOUNT_FACTS

point = ACCOUNT_FACTS
