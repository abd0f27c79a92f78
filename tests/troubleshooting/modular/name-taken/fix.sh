flask startapp shop
