APP_ENV=development flask routes
