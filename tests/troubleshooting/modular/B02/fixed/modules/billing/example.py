from modules.auth import api as auth

find = auth.find
