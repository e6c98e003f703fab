from territories.services.communes import create_fictitious_commune
from territories.services.loading import import_cog

__all__ = ["create_fictitious_commune", "import_cog"]
