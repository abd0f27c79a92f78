def send(client):
    return client.post("/names", json={"name": "Ada"})
