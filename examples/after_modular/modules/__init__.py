"""The features of the product: each package here is a module or a box of modules."""
