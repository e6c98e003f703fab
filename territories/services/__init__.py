from territories.services.closed_days import declare_closed_day, remove_closed_day
from territories.services.communes import create_fictitious_commune
from territories.services.loading import import_cog

__all__ = ["create_fictitious_commune", "declare_closed_day", "import_cog", "remove_closed_day"]
