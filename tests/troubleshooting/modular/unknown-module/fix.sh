MODULES=shop flask routes
