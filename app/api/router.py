"""All operations in the appraisal's own order."""

from fastapi import FastAPI

from app.api import (
    accounts,
    assignments,
    auth,
    cycles,
    health,
    invitations,
    jobs,
    me,
    participants,
    people,
    results,
    rubrics,
    submissions,
)
from app.api.dispatch import Dispatch

ROUTERS = (
    auth.router,
    me.router,
    people.router,
    accounts.router,
    rubrics.router,
    cycles.router,
    participants.router,
    assignments.router,
    invitations.router,
    submissions.router,
    results.router,
    jobs.router,
    health.router,
)


def include_all(app: FastAPI) -> None:
    """Mount every topic."""
    app.router.routes.append(Dispatch(route for router in ROUTERS for route in router.routes))
    for router in ROUTERS:
        app.include_router(router)
