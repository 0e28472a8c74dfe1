"""Who an account stands for: one row, by the bare driver, since a process asks it of everybody whom it has not met yet."""

from typing import Any, Final

from app.domain.auth import Actor
from app.domain.values import RaterType, Role
from app.repositories.words import by_word

_ROLES: Final = by_word(Role)
_RATER_TYPES: Final = by_word(RaterType)
_COLUMNS: Final = """
a.id, a.username, a.employee_id, a.roles, a.rater_types, a.unit_id, a.scopes, a.not_before,
CASE WHEN 'unit_admin' = ANY (a.roles) THEN ARRAY(
    WITH RECURSIVE below AS (
        SELECT u.id FROM units u WHERE u.id = a.unit_id
        UNION SELECT child.id FROM units child JOIN below ON child.parent_id = below.id
    )
    SELECT id FROM below
) ELSE '{}' END AS unit_ids
"""
#: Whether an account may be used: it is active, and nobody's who has left.
_USABLE: Final = "a.active AND NOT EXISTS (SELECT FROM employees e WHERE e.id = a.employee_id AND NOT e.active)"
#: With the moment by the city's clock ($2 is its offset), and for whom he stands in on that day.
_WITH_MOMENT: Final = f"""
SELECT {_COLUMNS}, m.moment, ARRAY(
    SELECT d.appraiser_id FROM appraiser_delegations d
    WHERE d.delegate_id = a.employee_id AND d.ended_at IS NULL
      AND (m.moment AT TIME ZONE 'Asia/Jakarta')::date BETWEEN d.starts_on AND d.ends_on
) AS stands_in_for
FROM accounts a CROSS JOIN (SELECT now() + $2::interval AS moment) m
WHERE {_USABLE}
"""  # noqa: S608 - made of the constants above
#: $1 is the account's id.
BY_ACCOUNT: Final = f"{_WITH_MOMENT} AND a.id = $1"
#: $1 is what another system's log-in calls him.
BY_NIP: Final = f"{_WITH_MOMENT} AND a.employee_id = (SELECT e.id FROM employees e WHERE e.nip = $1)"  # noqa: S608 - ditto
BY_USERNAME: Final = f"{_WITH_MOMENT} AND a.username = $1"
_BY_ID: Final = f"SELECT {_COLUMNS} FROM accounts a WHERE {_USABLE} AND a.id = $1"  # noqa: S608 - ditto
#: $1 is the account's id, whose row nobody changes until the transaction ends.
LOCKED: Final = f"{_BY_ID} FOR SHARE OF a"
#: The same while its password ($2) and its secret ($3) are still these hashes.
LOCKED_UNCHANGED: Final = f"""
{_BY_ID} AND a.password_hash IS NOT DISTINCT FROM $2 AND a.secret_hash IS NOT DISTINCT FROM $3 FOR SHARE OF a
"""

#: How many administrators besides the account $1 can log in; $2 is their role.
WORKING_ADMINS_BESIDES: Final = f"""
SELECT count(*) AS admins FROM accounts a WHERE a.id <> $1 AND {_USABLE} AND $2 = ANY (a.roles)
"""  # noqa: S608 - ditto


def to_actor(row: Any) -> Actor:
    """The actor of a row, with the subtree he administers."""
    return Actor(
        account_id=row["id"],
        username=row["username"],
        employee_id=row["employee_id"],
        roles=frozenset([_ROLES[role] for role in row["roles"]]),
        rater_types=frozenset([_RATER_TYPES[rater_type] for rater_type in row["rater_types"]]),
        unit_id=row["unit_id"],
        unit_ids=frozenset(row["unit_ids"]),
        scopes=frozenset(row["scopes"]),
        not_before=int(row["not_before"].timestamp()),
    )
