"""The resources of the Management API."""

from __future__ import annotations

from flask import Blueprint

from mock_idp.management import groups, origins, policies, servers, user_access, users

RESOURCES: tuple[Blueprint, ...] = (
    users.blueprint,
    users.me,
    user_access.blueprint,
    groups.blueprint,
    servers.blueprint,
    policies.blueprint,
    origins.blueprint,
)
