LOGIN_LIMIT='5 per minute' flask routes
