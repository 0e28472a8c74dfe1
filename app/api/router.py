"""All operations in the appraisal's own order."""

from fastapi import FastAPI

from app.api import (
    accounts,
    assignments,
    auth,
    calibration,
    comparison,
    cycles,
    data_rights,
    decisions,
    delegations,
    exports,
    health,
    imports,
    invitations,
    jobs,
    me,
    participants,
    people,
    quality,
    result_charts,
    result_reports,
    results,
    rubrics,
    submissions,
    summaries,
    summary_charts,
    turnout,
    unit_reports,
)
from app.api.dispatch import Dispatch
from app.api.routing import Route, TopicRouter

_ROUTERS = (
    auth.router,
    me.router,
    people.router,
    accounts.router,
    delegations.router,
    imports.router,
    rubrics.router,
    cycles.router,
    participants.router,
    assignments.router,
    invitations.router,
    submissions.router,
    exports.router,  # its path would pass for a participant's
    results.router,
    result_charts.router,
    result_reports.router,
    decisions.router,
    comparison.router,
    quality.router,
    calibration.achievements,
    calibration.router,
    summaries.router,
    turnout.router,
    summary_charts.router,
    unit_reports.router,
    data_rights.router,
    jobs.router,
    health.router,
)


def routers() -> list[TopicRouter]:
    """Every topic with its routes."""
    return [router.build() for router in _ROUTERS]


def allowed_methods(path: str) -> list[str]:
    """Every method that the operations of a path serve; FastAPI itself would name those of the first one alone."""
    routes = (route for router in _ROUTERS for route in router.routes if isinstance(route, Route))
    methods = {method for route in routes if route.path_regex.match(path) for method in route.methods or ()}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def include_all(app: FastAPI) -> None:
    """Mount every topic."""
    topics = routers()
    app.add_middleware(Dispatch, routes=[route for router in topics for route in router.routes])
    for router in topics:
        app.include_router(router)
