import sys

sys.modules["celery"] = None  # as if it was not installed
