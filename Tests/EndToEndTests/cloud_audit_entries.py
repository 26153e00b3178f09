"""Entries of Cloud Audit Logs as BigQuery would have written them, from rows of INFORMATION_SCHEMA.JOBS.

https://cloud.google.com/bigquery/docs/reference/auditlogs/rest/Shared.Types/BigQueryAuditMetadata and …/AuditData.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud.bigquery import Row

CODES = {"invalidQuery": 3, "accessDenied": 7, "stopped": 1}


def time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def without_empty(members: dict[str, Any]) -> dict[str, Any]:
    """As protobuf's JSON leaves out what is empty."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {}, "0", False)}


def status(row: Row, error: str, state: str) -> dict[str, Any]:
    failed = row.error_result and {"code": CODES.get(row.error_result["reason"], 13),
                                   "message": row.error_result["message"]}
    return without_empty({state: row.state, error: failed})


def entry(row: Row, moment: datetime, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"insertId": f"i{row.job_id}{time(moment)}", "logName":
            "projects/demo/logs/cloudaudit.googleapis.com%2Fdata_access", "severity": "INFO",
            "timestamp": time(moment), "receiveTimestamp": time(moment),
            "protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                             "authenticationInfo": {"principalEmail": row.user_email},
                             "serviceName": "bigquery.googleapis.com", "status": {},
                             "resourceName": f"projects/demo/jobs/{row.job_id}", **payload}, **more}


def metadata(row: Row) -> list[dict[str, Any]]:
    """What BigQuery writes when a job is made, and when it ends."""
    config = without_empty({
        "type": "QUERY", "labels": {label["key"]: label["value"] for label in row.labels},
        "queryConfig": {"query": row.query, "statementType": row.statement_type, "priority": "QUERY_INTERACTIVE",
                        "destinationTable": "projects/demo/datasets/_x/tables/y"}})
    name = f"projects/demo/jobs/{row.job_id}"
    inserted = {"jobName": name, "jobConfig": config, "jobStatus": {"jobState": "RUNNING"},
                "jobStats": {"createTime": time(row.creation_time), "startTime": time(row.start_time)}}
    tables = [f"projects/{table['project_id']}/datasets/{table['dataset_id']}/tables/{table['table_id']}"
              for table in row.referenced_tables]
    figures = without_empty({"totalProcessedBytes": str(row.total_bytes_processed or 0),
                             "totalBilledBytes": str(row.total_bytes_billed or 0), "referencedTables": tables})
    done = {"jobName": name, "jobConfig": config, "jobStatus": status(row, "errorResult", "jobState"), "jobStats": {
        **inserted["jobStats"], "endTime": time(row.end_time), "queryStats": figures}}
    kind = {"@type": "type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata"}
    resource = {"type": "bigquery_project", "labels": {"project_id": "demo", "location": "US"}}
    insertion = {"methodName": "google.cloud.bigquery.v2.JobService.InsertJob", "metadata": {
        **kind, "jobInsertion": {"job": inserted, "reason": "JOB_INSERT_REQUEST"}}}
    change = {"methodName": "google.cloud.bigquery.v2.JobService.InsertJob", "metadata": {
        **kind, "jobChange": {"before": "RUNNING", "after": "DONE", "job": done}}}
    made = [entry(row, row.creation_time, insertion, resource=resource)]
    return made + ([entry(row, row.end_time, change, resource=resource)] if row.end_time else [])


def audit_data(row: Row) -> list[dict[str, Any]]:
    """The older form: one entry for the request, and one for the end."""
    job = {
        "jobName": {"projectId": "demo", "jobId": row.job_id, "location": "US"},
        "jobConfiguration": without_empty({
            "query": {"query": row.query, "statementType": row.statement_type},
            "labels": {label["key"]: label["value"] for label in row.labels}}),
        "jobStatus": status(row, "error", "state"),
        "jobStatistics": without_empty({
            "createTime": time(row.creation_time), "startTime": time(row.start_time), "endTime": time(row.end_time),
            "totalProcessedBytes": str(row.total_bytes_processed or 0),
            "totalBilledBytes": str(row.total_bytes_billed or 0), "referencedTables": [
                {"projectId": table["project_id"], "datasetId": table["dataset_id"], "tableId": table["table_id"]}
                for table in row.referenced_tables]})}
    kind = {"@type": "type.googleapis.com/google.cloud.bigquery.logging.v1.AuditData"}
    resource = {"type": "bigquery_resource", "labels": {"project_id": "demo"}}
    began = {**job, "jobStatus": {"state": "RUNNING"}, "jobStatistics": {"createTime": time(row.creation_time)}}
    made = [entry(row, row.creation_time, {"methodName": "jobservice.insert", "serviceData": {
        **kind, "jobInsertResponse": {"resource": began}}}, resource=resource)]
    if row.end_time is not None:
        made.append(entry(row, row.end_time, {"methodName": "jobservice.jobcompleted", "serviceData": {
            **kind, "jobCompletedEvent": {"eventName": "query_job_completed", "job": job}}}, resource=resource))
    return made


def others() -> list[dict[str, Any]]:
    """Entries that are about no job: a table that was read, a dry run, somebody else's log."""
    moment = "2026-11-01T00:00:00Z"
    return [
        {"timestamp": moment, "textPayload": "}{ a \"line\" of text"},
        {"timestamp": moment, "protoPayload": {"metadata": {"tableDataRead": {
            "jobName": "projects/demo/jobs/x", "reason": "JOB"}}}},
        {"timestamp": moment, "protoPayload": {
            "authenticationInfo": {"principalEmail": "scrim@demo.iam.gserviceaccount.com"},
            "serviceData": {"jobInsertResponse": {"resource": {
                "jobName": {"projectId": "demo", "jobId": "dry"}, "jobConfiguration": {"dryRun": True}}}}}}]
