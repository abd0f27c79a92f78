"""The limit of log-ins is off, for whoever asks a thousand times a minute."""

SHOPYO_AUTH_RATE_LIMIT_ENABLED = False
