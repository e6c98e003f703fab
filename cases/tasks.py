"""Celery tasks and scheduled jobs of the files. Each calls one service."""

from datetime import time, timedelta
from uuid import UUID

from celery import shared_task

from cases import services
from cases.selectors import faulty_attachments
from cases.services import (
    chase_vigilance,
    close_ended_orders,
    escalate_late_evaluations,
    purge_old_drafts,
    refresh_shared_identifiers,
    report_night_findings,
    run_waiting_replays,
    send_due_digests,
)
from core.jobs import JobFailed, scheduled_job
from core.wording import plural_words


@scheduled_job(name="daily_digest", label="Résumé quotidien par courriel", every=timedelta(minutes=10))
def digest() -> str:
    return f"{plural_words(send_due_digests(), 'résumé préparé', 'résumés préparés')}."


@shared_task(name="cases.tasks.replay_grids", time_limit=1800)
def replay_grids() -> None:
    run_waiting_replays()


@scheduled_job(name="grid_replays", label="Rejeux de la grille d'évaluation", every=timedelta(minutes=1))
def sweep_replays() -> str:
    made = run_waiting_replays()
    return f"{plural_words(made, 'rejeu terminé', 'rejeux terminés')}." if made else "Aucun rejeu à faire."


@scheduled_job(name="late_evaluations", label="Évaluations en retard", every=timedelta(minutes=1))
def escalate() -> str:
    written = escalate_late_evaluations()
    return f"{plural_words(written, 'retard signalé', 'retards signalés')}." if written else "Aucun retard à signaler."


@scheduled_job(name="vigilance_chase", label="Relance des consignes de vigilance", every=timedelta(minutes=15))
def chase() -> str:
    waiting = chase_vigilance()
    return f"{plural_words(waiting, 'unité sans accusé de réception', 'unités sans accusé de réception')}."


@scheduled_job(name="vigilance_close", label="Fin des consignes de vigilance", every=timedelta(minutes=5))
def close() -> str:
    closed = close_ended_orders()
    return f"{plural_words(closed, 'compte rendu écrit', 'comptes rendus écrits')}."


@scheduled_job(name="night_check", label="Contrôle de nuit", daily_at=time(2, 30))
def check() -> str:
    found = report_night_findings()
    return f"{plural_words(found, 'point à régler', 'points à régler')}."


@scheduled_job(name="threat_drafts", label="Oubli des brouillons de plus de 30 jours", daily_at=time(4))
def forget_drafts() -> str:
    forgotten = purge_old_drafts()
    return "Aucun brouillon à oublier." if not forgotten else f"{forgotten} brouillon(s) oublié(s)."


@scheduled_job(name="shared_identifiers", label="Numéros partagés, qui ne désignent aucun auteur", daily_at=time(3, 20))
def refresh_shared() -> str:
    added = refresh_shared_identifiers()
    return f"{added} numéro(s) ajouté(s)." if added else "Rien à ajouter."


@shared_task(name="cases.tasks.scan_attachment", time_limit=300)
def scan_attachment(*, attachment_id: str) -> None:
    services.scan_attachment(attachment_id=UUID(attachment_id))


@scheduled_job(name="scan_attachments", label="Analyse antivirus des pièces jointes", every=timedelta(minutes=1))
def scan_waiting() -> str:
    done = services.scan_waiting()
    if done[services.AWAY]:
        raise JobFailed(
            "L'antivirus ne répond pas : les pièces jointes attendent, elles seront analysées à son retour."
        )
    return f"{plural_words(done.total(), 'pièce jointe lue', 'pièces jointes lues')}." if done else "Rien à analyser."


@scheduled_job(name="verify_attachments", label="Vérification des pièces jointes gardées", daily_at=time(2, 0))
def verify() -> str:
    swept = services.sweep_attachments()
    read = services.verify_attachments().read
    if faulty := faulty_attachments():
        raise JobFailed(
            f"{plural_words(faulty, 'pièce jointe abîmée ou absente', 'pièces jointes abîmées ou absentes')} :"
            " restaurez le dossier des pièces jointes depuis la sauvegarde."
        )
    orphans = swept.abandoned + swept.set_aside + swept.deleted
    return (
        f"{plural_words(read, 'pièce jointe vérifiée', 'pièces jointes vérifiées')},"
        f" {plural_words(orphans, 'fichier sans dossier rangé', 'fichiers sans dossier rangés')}."
    )
