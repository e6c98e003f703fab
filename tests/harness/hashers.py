from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """The product's algorithm at its lowest cost: hundreds of tests sign in."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
