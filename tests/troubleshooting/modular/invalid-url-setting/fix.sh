BASE_URL=https://example.com/ flask routes
