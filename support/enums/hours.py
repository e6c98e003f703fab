from django.db import models


class MeetingMode(models.TextChoices):
    """How an appointment is held: the person's choice, DOMAIN, section 5."""

    ON_SITE = "on_site", "sur place"
    TELEPHONE = "telephone", "par téléphone"
    VIDEO = "video", "en visio"


class Reach(models.TextChoices):
    """What figures tell apart of a mode, no finer: a rare mode would point at somebody."""

    IN_PERSON = "in_person", "sur place"
    REMOTE = "remote", "à distance"


class Weekday(models.IntegerChoices):
    """ISO: Monday is 1."""

    MONDAY = 1, "lundi"
    TUESDAY = 2, "mardi"
    WEDNESDAY = 3, "mercredi"
    THURSDAY = 4, "jeudi"
    FRIDAY = 5, "vendredi"
    SATURDAY = 6, "samedi"
    SUNDAY = 7, "dimanche"
