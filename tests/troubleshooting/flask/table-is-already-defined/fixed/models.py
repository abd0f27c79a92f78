from app import User

__all__ = ["User"]
