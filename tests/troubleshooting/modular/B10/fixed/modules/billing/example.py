from .settings import Settings


def secret() -> str:
    return Settings.current().WEBHOOK_SECRET
