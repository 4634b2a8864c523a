"""The few words that stand in the templates themselves, for pages that work without JavaScript.

All others are in the catalogues of ``static/js/i18n``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipage.api.language import Language
from equipage.dispatch.status import ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """Every word of the templates in one language."""

    key: str
    key_refused: str
    key_hint: str
    sign_in: str
    console_needs_javascript: str
    page_needs_javascript: str
    follow_needs_javascript: str
    statuses: Mapping[ReportStatus, str]


ENGLISH = PageWords(
    key="Your key",
    key_refused="This key is not known here, or it was revoked.",
    key_hint="Who runs the server hands out keys:",
    sign_in="Sign in",
    console_needs_javascript="The console needs JavaScript.",
    page_needs_javascript="This page needs JavaScript.",
    follow_needs_javascript="This page follows the report by itself where JavaScript is switched on.",
    statuses={
        ReportStatus.NEW: "Your report has arrived.",
        ReportStatus.ACKNOWLEDGED: "Your report has been read.",
        ReportStatus.ASSIGNED: "A crew has been chosen.",
        ReportStatus.EN_ROUTE: "A crew is on its way.",
        ReportStatus.IN_PROGRESS: "A crew is there.",
        ReportStatus.DONE: "The work is done.",
        ReportStatus.DUPLICATE: "This had been reported before and is being dealt with there.",
        ReportStatus.REJECTED: "Your report was not taken up.",
        ReportStatus.CANCELLED: "Your report was cancelled.",
    },
)

FRENCH = PageWords(
    key="Votre clé",
    key_refused="Cette clé est inconnue ici ou a été révoquée.",
    key_hint="Les clés sont remises par l’administrateur du serveur\N{NO-BREAK SPACE}:",
    sign_in="Se connecter",
    console_needs_javascript="La console a besoin de JavaScript.",
    page_needs_javascript="Cette page a besoin de JavaScript.",
    follow_needs_javascript="Avec JavaScript, cette page suit le signalement toute seule.",
    statuses={
        ReportStatus.NEW: "Votre signalement est arrivé.",
        ReportStatus.ACKNOWLEDGED: "Votre signalement a été lu.",
        ReportStatus.ASSIGNED: "Une équipe a été choisie.",
        ReportStatus.EN_ROUTE: "Une équipe est en route.",
        ReportStatus.IN_PROGRESS: "Une équipe est sur place.",
        ReportStatus.DONE: "Les travaux sont terminés.",
        ReportStatus.DUPLICATE: "Ce problème avait déjà été signalé et est traité à ce titre.",
        ReportStatus.REJECTED: "Votre signalement n’a pas été retenu.",
        ReportStatus.CANCELLED: "Votre signalement a été annulé.",
    },
)

PAGE_WORDS: Mapping[Language, PageWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}
