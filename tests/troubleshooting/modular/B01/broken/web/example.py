from modules.auth import api

find = api.find
