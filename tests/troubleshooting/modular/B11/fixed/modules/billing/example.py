from .view import blueprint

blueprint.before_request(lambda: None)
