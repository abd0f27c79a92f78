EVENTS_ENGINE=celery CELERY_BROKER_URL=redis://localhost:6379/1 flask routes
