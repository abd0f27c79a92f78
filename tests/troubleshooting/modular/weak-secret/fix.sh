python -c 'import secrets; print(secrets.token_hex())'
