from django.db import models


class DepartementKind(models.TextChoices):
    DEPARTEMENT = "departement", "département"
    COLLECTIVITY = "collectivity", "collectivité d'outre-mer"


class CommuneKind(models.TextChoices):
    COMMUNE = "commune", "commune"
    OVERSEAS = "overseas", "commune ou territoire d'une collectivité d'outre-mer"
    ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
