class Settings:
    TESTING = False
