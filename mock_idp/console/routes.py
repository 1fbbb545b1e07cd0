"""The areas of the console."""

from __future__ import annotations

from flask import Blueprint

from mock_idp.console import (
    app_page,
    applications,
    assignments,
    bench,
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
    app_page,
    assignments,
    bench,
    servers,
    policies,
    token_preview,
    origins,
    people,
    groups,
    sign_in,
)
AREAS: tuple[Blueprint, ...] = (sign_in.door, *(module.blueprint for module in _MODULES))
