def send(client):
    return client.post("/names", data='{"name": "Ada"}')
