"""Results as PDF documents."""

from app.api.reports.result import Letterhead, result_report

__all__ = ["Letterhead", "result_report"]
