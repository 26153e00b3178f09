"""Errors as BigQuery sends them: a reason decides the HTTP status and google.rpc status name."""

from __future__ import annotations

from typing import Any

from bqemulator.domain.errors import DomainError
from starlette.responses import JSONResponse

# https://docs.cloud.google.com/bigquery/docs/error-messages; bytesBilledLimitExceeded is reported with HTTP 500.
STATUS_OF_REASON = {
    "accessDenied": 403, "backendError": 503, "badGateway": 502, "billingNotEnabled": 403, "blocked": 403,
    "bytesBilledLimitExceeded": 500, "conditionNotMet": 412, "duplicate": 409, "internalError": 500,
    "invalid": 400, "invalidQuery": 400, "jobBackendError": 400, "jobInternalError": 400,
    "jobRateLimitExceeded": 400, "notFound": 404, "notImplemented": 501, "quotaExceeded": 403,
    "rateLimitExceeded": 403, "resourceInUse": 400, "resourcesExceeded": 400, "responseTooLarge": 403,
    "stopped": 400, "tableUnavailable": 400, "timeout": 400, "authError": 401, "required": 400,
}
NAME_OF_STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    409: "ALREADY_EXISTS", 412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL",
    501: "UNIMPLEMENTED", 502: "UNAVAILABLE", 503: "UNAVAILABLE",
}


class GoogleError(Exception):
    """A failure with one of BigQuery's reasons, either of a request or of a job."""

    def __init__(self, reason: str, message: str, *, location: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location
        self.status = status or STATUS_OF_REASON.get(reason, 400)

    @property
    def proto(self) -> dict[str, Any]:
        """The ErrorProto that a job carries in `status.errorResult`."""
        proto: dict[str, Any] = {"reason": self.reason, "message": self.message}
        if self.location is not None:
            proto["location"] = self.location
        return proto

    @property
    def body(self) -> dict[str, Any]:
        detail = {"domain": "global", **self.proto}
        if self.location is not None:
            detail["locationType"] = "parameter" if self.status < 500 else "other"
        return {"error": {"code": self.status, "message": self.message, "errors": [detail],
                          "status": NAME_OF_STATUS.get(self.status, "UNKNOWN")}}

    def response(self, headers: dict[str, str] | None = None) -> JSONResponse:
        return JSONResponse(self.body, status_code=self.status, headers=headers)


def from_domain_error(error: DomainError) -> GoogleError:
    """Takes over an error of the emulator, with BigQuery's reason instead of its HTTP status."""
    reason = error.bq_reason or "invalidQuery"
    return GoogleError(reason, error.message, location=error.location)


def not_found(kind: str, name: str) -> GoogleError:
    return GoogleError("notFound", f"Not found: {kind} {name}")
