from accounts.enums import Role
from accounts.permissions import Permission

READ_BAROMETER = Permission(
    "barometer.read",
    "consulter le baromètre",
    Role.CALAE_ANALYST,
    Role.DECIDER,
    Role.INSTRUCTOR,
    Role.UNIT_HEAD,
)
