"""All operations in the appraisal's own order."""

from fastapi import FastAPI

from app.api import health, people, rubrics, submissions

ROUTERS = (people.router, rubrics.router, submissions.router, health.router)


def include_all(app: FastAPI) -> None:
    """Mount every topic."""
    for router in ROUTERS:
        app.include_router(router)
