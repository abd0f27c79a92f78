REMOTE_MODULES=shop=http://10.0.0.7:8000 flask routes
