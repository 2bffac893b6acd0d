"""What every answer carries, and what every change must prove: that its form is ours."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, Forbidden

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ForgedForm(Forbidden):
    """The form was not sent from one of our own pages."""


def init(app: Flask) -> None:
    """Guard every request of the app."""
    app.before_request(refuse_forged_forms)
    app.after_request(add_headers)


def refuse_forged_forms() -> None:
    """Refuse a change that another site's page asks for.

    `Sec-Fetch-Site` is sent on HTTPS and localhost only, so `Origin` must be able to stand alone.
    A browser sends one of the two with every POST; a request with neither is refused.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        origin = urlsplit(request.headers.get("Origin", ""))
        ours = (origin.scheme, origin.netloc) == (request.scheme, request.host)
    if not ours:
        raise ForgedForm()
    if any(name is None for name in request.form):  # a part that says no name is no form of ours
        raise BadRequest()


def add_headers(response: Response) -> Response:
    """Tell the browser to run nothing that is not ours, and to keep no page of a child's."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"  # also where Flask would keep a download
        response.headers.pop("Expires", None)
    return response
