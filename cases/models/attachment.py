from __future__ import annotations

import json
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.enums import AttachmentFault, AttachmentKind, ScanState
from cases.models.file import Case, CaseBoundQuerySet
from cases.models.threat import Threat
from core.fields import EncryptedTextField
from core.sealed_files import SealedFile


class AttachmentQuerySet(CaseBoundQuerySet):
    def kept(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def in_quarantine(self) -> Self:
        return self.filter(scan_state=ScanState.QUARANTINE)

    def for_list(self) -> Self:
        return self.select_related("added_by", "withdrawn_by", "threat").defer(
            "data_key", "threat__place", "threat__description", "threat__author_description"
        )


class Attachment(models.Model):
    """A file joined to a case: the original, sealed and untouched, and what is known of it. Never deleted."""

    never_deleted = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name="dossier", db_index=False)
    # `case` follows a merge; this does not. The same file may have been joined to both, and both stay.
    joined_to = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name="dossier d'origine", db_index=False
    )
    threat = models.ForeignKey(
        Threat, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="menace"
    )
    name = EncryptedTextField("nom du fichier")
    label = EncryptedTextField("légende", null=True, blank=True)
    kind = models.CharField("nature", max_length=10, choices=AttachmentKind)
    media_type = models.CharField("type de contenu", max_length=80)
    size = models.BigIntegerField("taille en octets")
    # Of the original, in clear text: what proves that it is the file that was given.
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    captured_at = models.DateTimeField("date notée par l'appareil", null=True, blank=True)
    captured_note = models.CharField("précision sur cette date", max_length=120, blank=True)
    notes = EncryptedTextField("informations de l'appareil", null=True, blank=True)
    added_at = models.DateTimeField("jointe le")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="jointe par")
    scan_state = models.CharField("analyse", max_length=10, choices=ScanState, default=ScanState.QUARANTINE)
    scanned_at = models.DateTimeField("analysée le", null=True, blank=True)
    scan_engine = models.CharField("antivirus", max_length=120, blank=True)
    scan_signature = models.CharField("virus trouvé", max_length=200, blank=True)
    # Why it still waits, when an attempt was made.
    scan_tried_at = models.DateTimeField("dernier essai d'analyse", null=True, blank=True)
    scan_note = models.CharField("résultat du dernier essai", max_length=200, blank=True)
    data_key = EncryptedTextField("clé du fichier")
    storage_key = models.CharField("emplacement", max_length=40, unique=True)
    fault = models.CharField("défaut du fichier gardé", max_length=10, choices=AttachmentFault, blank=True)
    verified_at = models.DateTimeField("fichier vérifié le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retirée par"
    )
    withdrawn_reason = EncryptedTextField("raison du retrait", null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["-added_at", "-pk"]
        indexes = [
            models.Index(fields=["case", "-added_at", "-id"], name="attachment_of_case"),
            models.Index(
                fields=["scan_tried_at", "id"], name="attachment_to_scan", condition=Q(scan_state="quarantine")
            ),
            models.Index(fields=["verified_at", "id"], name="attachment_to_verify"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["joined_to", "sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="attachment_once",
                violation_error_message="Ce fichier est déjà joint à ce dossier.",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(data_key="") & Q(storage_key__regex=r"^[0-9a-f]{2}/[0-9a-f]{32}$"),
                name="attachment_has_name_and_place",
                violation_error_message="Une pièce jointe a un nom et un emplacement.",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="attachment_not_empty",
                violation_error_message="Ce fichier est vide.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="attachment_has_sha256",
                violation_error_message="L'empreinte du fichier n'a pas la forme attendue.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AttachmentKind.values, scan_state__in=ScanState.values),
                name="attachment_choices_known",
                violation_error_message="La nature ou l'état de la pièce jointe est inconnu.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(scan_state=ScanState.QUARANTINE, scanned_at__isnull=True, scan_engine="", scan_signature="")
                    | (Q(scan_state=ScanState.CLEAN, scanned_at__isnull=False, scan_signature="") & ~Q(scan_engine=""))
                    | (
                        Q(scan_state=ScanState.INFECTED, scanned_at__isnull=False)
                        & ~Q(scan_engine="")
                        & ~Q(scan_signature="")
                    )
                ),
                name="attachment_verdict_is_signed",
                violation_error_message="Un résultat d'analyse porte sa date et le nom de l'antivirus.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason__isnull=True)
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_reason__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
                name="attachment_withdrawal_has_reason",
                violation_error_message="Un retrait a un auteur, une date et une raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.added_at:%d/%m/%Y}"

    @classmethod
    def place_of(cls, row_id: uuid.UUID) -> str:
        """What binds a sealed file to its row."""
        return f"{cls._meta.db_table}|file|{row_id}"

    @property
    def sealed(self) -> SealedFile:
        return SealedFile(self.storage_key, self.data_key, self.place_of(self.pk), self.size)

    @property
    def is_downloadable(self) -> bool:
        return self.scan_state == ScanState.CLEAN and self.withdrawn_at is None

    @property
    def noted(self) -> dict[str, str]:
        return json.loads(self.notes) if self.notes else {}
