from modules.auth.events import UserDeleted

event = UserDeleted
