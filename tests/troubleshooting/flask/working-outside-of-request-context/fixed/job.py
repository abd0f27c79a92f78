from app import record

record("/")
