from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from cases.enums import IdentifierKind
from cases.models.threat import Threat
from core.fields import EncryptedTextField


class AuthorIdentifier(models.Model):
    """Something that names the author of a threat: number, handle, plate, e-mail. Compared by keyed hash alone.

    The same key in another file says « same author » without either file being opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    threat = models.ForeignKey(
        Threat, models.PROTECT, related_name="author_identifiers", verbose_name="menace", db_index=False
    )
    kind = models.CharField("nature", max_length=10, choices=IdentifierKind)
    # As it was typed: what was normalised is only in the key.
    value = EncryptedTextField("identifiant")
    key = models.BinaryField("empreinte", max_length=16)
    # A town hall's number, a unit's: told once here, so that finding a same author stays one indexed look-up.
    is_shared = models.BooleanField("partagé", default=False, db_default=False)

    class Meta:
        verbose_name = "identifiant d'auteur"
        verbose_name_plural = "identifiants d'auteur"
        ordering = ["threat_id", "kind", "pk"]
        indexes = [models.Index(fields=["key"], name="author_identifier_by_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["threat", "key"],
                name="author_identifier_once",
                violation_error_message="Cet identifiant est déjà noté pour cette menace.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=IdentifierKind.values),
                name="author_identifier_kind_known",
                violation_error_message="La nature de l'identifiant est inconnue.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
