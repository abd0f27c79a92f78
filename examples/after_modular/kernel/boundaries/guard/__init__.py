"""stub"""
from contextlib import contextmanager
def init_app(app): pass
@contextmanager
def collected():
    yield []
