"""What runs the product on one machine: set-up, embedded servers, demonstration, test run.

Nothing here is part of the production: the applications never import it.
"""
