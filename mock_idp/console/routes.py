"""The areas of the console."""

from __future__ import annotations

from flask import Blueprint

from mock_idp.console import (
    app_general,
    app_sign_on,
    applications,
    assignments,
    bench,
    doctor,
    groups,
    origins,
    people,
    policies,
    servers,
    sign_in,
    token_preview,
    wizard,
)

_MODULES = (
    applications,
    wizard,
    app_general,
    app_sign_on,
    assignments,
    bench,
    doctor,
    servers,
    policies,
    token_preview,
    origins,
    people,
    groups,
    sign_in,
)
AREAS: tuple[Blueprint, ...] = (sign_in.door, *(module.blueprint for module in _MODULES))
