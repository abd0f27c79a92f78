from kernel import publish
from modules.auth.events import UserDeleted


def forget(user_id: int) -> None:
    publish(UserDeleted(user_id=user_id))
