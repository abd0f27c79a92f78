EVENTS_ENGINE=celery CELERY_BROKER_URL=redis://localhost:6379/1 celery --app kernel.dispatchers.celery_app report
