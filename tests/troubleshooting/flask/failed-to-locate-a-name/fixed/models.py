from app import Post
from users import User

__all__ = ["Post", "User"]
