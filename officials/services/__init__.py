from officials.services.people import add_mandate, create_official, end_mandate
from officials.services.rne_loading import import_rne

__all__ = ["add_mandate", "create_official", "end_mandate", "import_rne"]
