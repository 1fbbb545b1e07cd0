"""The resources of the Management API."""

from __future__ import annotations

from flask import Blueprint

from mock_idp.management import app_assignments, app_credentials, apps

RESOURCES: tuple[Blueprint, ...] = tuple(module.blueprint for module in (apps, app_credentials, app_assignments))
