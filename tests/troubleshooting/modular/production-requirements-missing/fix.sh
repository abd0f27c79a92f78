rm sitecustomize.py
EVENTS_ENGINE=celery CELERY_BROKER_URL=memory:// flask routes || EVENTS_ENGINE=embedded flask routes
