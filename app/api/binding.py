"""From a request to an endpoint's parameters.

FastAPI describes and validates every parameter. What it does around that for arbitrary graphs of dependencies (exit stacks,
caches, spans, a second look at the content type) cost more than a whole submission, and our endpoints have one dependency,
the context. So they are bound here, by FastAPI's own validators (docs/performance.md).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from fastapi import params
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from app.api.deps import Context, provide_context


class PlainBody(NamedTuple):
    """A body that its operation's ``plain_body`` has read."""

    value: object


class Binding:
    """How the parameters of one endpoint are made."""

    def __init__(self, route: APIRoute) -> None:
        dependant = route.dependant
        self._context_name = dependant.dependencies[0].name or ""
        self._path = dependant.path_params
        self._query = dependant.query_params
        self._body = dependant.body_params
        self._read = {field.name: TypeAdapter[Any](cast("Any", field.field_info.annotation)) for field in self._body}

    @staticmethod
    def fits(route: APIRoute) -> bool:
        """Whether the endpoint takes the context, parts of path and query and a JSON body, and nothing else."""
        asks = route.dependant
        others = (asks.header_params, asks.cookie_params, asks.request_param_name, asks.response_param_name)
        is_form = route.body_field is not None and isinstance(route.body_field.field_info, params.Form)
        return [one.call for one in asks.dependencies] == [provide_context] and not any(others) and not is_form

    async def bind(self, context: Context) -> dict[str, Any]:
        """The arguments by name. Raises `RequestValidationError` with everything that is wrong, as FastAPI would."""
        request = context.request
        values, errors = self._read_path(request.path_params)
        if self._query:
            more, wrong = request_params_to_args(self._query, request.query_params)
            values |= more
            errors += wrong
        if self._body:
            body = await request.json() if await request.body() else PydanticUndefined
            more, wrong = await self._read_body(body)
            values |= more
            errors += wrong
        if errors:
            raise RequestValidationError(errors)
        values[self._context_name] = context
        return values

    def _read_path(self, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Any]]:
        """Parts of a path are always there and always single, so they need only be validated."""
        values: dict[str, Any] = {}
        errors: list[Any] = []
        for field in self._path:
            value, wrong = field.validate(given[field.alias], values, loc=("path", field.alias))
            values[field.name] = value
            errors += wrong
        return values, errors

    async def _read_body(self, body: Any) -> tuple[dict[str, Any], list[Any]]:
        """The body, when there is one, by its model alone.

        FastAPI's way of calling it reads the attributes of any Python object: a fraction passed for an empty object.
        """
        if body is PydanticUndefined:
            return await request_body_to_args(self._body, body, embed_body_fields=False)
        (field,) = self._body
        if type(body) is PlainBody:
            return {field.name: body.value}, []
        try:
            return {field.name: self._read[field.name].validate_python(body)}, []
        except ValidationError as error:
            found = error.errors(include_url=False)
            return {}, [{**one, "loc": ("body", *one["loc"])} for one in found]
