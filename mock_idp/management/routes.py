"""The resources of the Management API."""

from __future__ import annotations

from flask import Blueprint

RESOURCES: tuple[Blueprint, ...] = ()
