"""The resources of the Management API."""

from __future__ import annotations

from flask import Blueprint

from mock_idp.management import (
    app_assignments,
    app_credentials,
    apps,
    clients,
    groups,
    origins,
    policies,
    servers,
    sessions,
    unbuilt,
    user_access,
    user_grants,
    users,
)

_MODULES = (
    apps,
    app_credentials,
    app_assignments,
    clients,
    users,
    user_access,
    user_grants,
    groups,
    servers,
    policies,
    origins,
    sessions,
    unbuilt,
)
RESOURCES: tuple[Blueprint, ...] = (users.me, *(module.blueprint for module in _MODULES))
