"""What a browser gets where nobody can be told by redirect (okta.md 2.4)."""

from __future__ import annotations

from flask import Response, jsonify, request

from mock_idp.protocol import pages
from mock_idp.protocol.errors import PageError, management_body
from mock_idp.protocol.exchange import base_url, current_idp


def error_page(error: PageError) -> Response:
    """Okta's error page; for programs the body of its Management API."""
    if request.accept_mimetypes.best == "application/json":
        response = jsonify(management_body(error.error, error.description))
        response.status_code = 400
        return response
    return pages.error(current_idp().org.name, base_url(), error.error, error.description)
