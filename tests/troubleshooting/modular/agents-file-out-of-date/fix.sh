flask agents
flask agents --check
