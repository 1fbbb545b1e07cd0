"""The calls of the control API that workers share things by: the issuer, a pool's people, the target's pace."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify

from mock_idp.attempts.registry import Attempts
from mock_idp.attempts.request import AttemptError, seconds
from mock_idp.json_body import json_object

Answer = Response | tuple[Response, int]
MAX_WAIT = 300.0
"""Seconds that a caller may wait for a lease; a waiting call holds one of the listener's threads."""


def add_lease_routes(app: Flask, attempts: Attempts) -> None:
    """Adds /leases, /people and /slots (`mock_idp.attempts.control`)."""

    @app.post("/leases")
    def lease() -> Answer:
        return jsonify(lease=attempts.leases.acquire(waiting(sent_object().get("wait", 60)))), 201

    @app.delete("/leases/<lease_id>")
    def release(lease_id: str) -> Answer:
        return jsonify(released=True) if attempts.leases.release(lease_id) else missing("lease", lease_id)

    @app.post("/people")
    def take_people() -> Answer:
        wanted = sent_object()
        pool, count = wanted.get("pool"), wanted.get("count")
        if not isinstance(pool, list) or not all(isinstance(name, str) for name in pool):
            raise AttemptError("pool: expected a list of names")
        if isinstance(count, bool) or not isinstance(count, int):
            raise AttemptError(f"count: expected a number of people, got {count!r}")
        lasting = seconds(wanted.get("lasting"), "lasting")
        return jsonify(attempts.people.take(pool, count, lasting, waiting(wanted.get("wait", 60)))), 201

    @app.put("/people/<lease_id>")
    def keep_people(lease_id: str) -> Answer:
        lasting = seconds(sent_object().get("lasting"), "lasting")
        attempts.people.keep(lease_id, lasting)
        return jsonify(lease=lease_id, lasting=lasting)

    @app.delete("/people/<lease_id>")
    def give_people_back(lease_id: str) -> Answer:
        given_back = attempts.people.give_back(lease_id)
        return jsonify(released=True) if given_back else missing("lease of people", lease_id)

    @app.post("/slots")
    def reserve_slot() -> Answer:
        distance = seconds(sent_object().get("distance"), "distance")
        if distance < 0:
            raise AttemptError(f"distance: expected seconds, 0 or more, got {distance:g}")
        return jsonify({"in": attempts.slots.reserve(distance)}), 201


def missing(kind: str, name: str) -> Answer:
    """404: there is no such thing."""
    return jsonify(error=f"no {kind} {name!r}"), 404


def sent_object() -> dict[str, Any]:
    """The request's JSON object; AttemptError when it sent something else."""
    data = json_object()
    if data is None:
        raise AttemptError("expected a JSON object, without half of a surrogate pair in it")
    return data


def waiting(value: Any) -> float:
    """Seconds that the caller wants to wait, at most MAX_WAIT; AttemptError for what is no such number."""
    try:
        given = float(value) if isinstance(value, str) else value
    except ValueError:
        given = None
    return min(seconds(given, "wait"), MAX_WAIT)
