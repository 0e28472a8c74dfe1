"""What the contract promises of an operation beyond its models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Operation:
    """What the contract promises of an operation beyond its models.

    ``if_match``: a change of an existing object needs the ETag. ``etag``: the answer carries one. ``conflicts``: codes of
    its 409 answers. ``own_idempotency``: the action itself keeps the key (putSubmission), bodies are not compared.
    ``secret_inputs``: properties of the body that are left out where repetitions are compared, since their digest would
    let a password be guessed. ``raw_body``: media types of a body that is not JSON and that the
    endpoint reads itself, each with an example or ``None``. ``produces``: media types of an answer that is no JSON, chosen
    by ``Accept``, each with an example or ``None``. ``plain_body``: for hot operations (whose endpoint `Binding` fits), what
    reads a body in which nothing needs a closer look, to something that serves the endpoint as its model would; ``None``
    leaves the body to the model.
    """

    public: bool = False
    etag: bool = False
    if_match: bool = False
    optional_if_match: bool = False
    gone: bool = False
    conflicts: tuple[str, ...] = ()
    own_idempotency: bool = False
    secret_inputs: tuple[str, ...] = ()
    plain_body: Callable[[bytes], object | None] | None = None
    raw_body: Mapping[str, str | None] = field(default_factory=dict)
    produces: Mapping[str, str | None] = field(default_factory=dict)
