PORT=0 python server.py
