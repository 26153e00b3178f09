"""Google's own client and credentials, pointed at a sandbox. The only change: no lookup of regional access
boundaries, which google-auth does in the background over the internet, whatever the endpoint is."""

from __future__ import annotations

from google.cloud import bigquery
from google.oauth2 import service_account

SCOPE = "https://www.googleapis.com/auth/bigquery"


class OfflineCredentials(service_account.Credentials):
    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def credentials(key_file: str) -> OfflineCredentials:
    return OfflineCredentials.from_service_account_file(key_file, scopes=[SCOPE])


def bigquery_client(endpoint: str, key_file: str, project: str = "demo") -> bigquery.Client:
    return bigquery.Client(project=project, credentials=credentials(key_file), location="US",
                           client_options={"api_endpoint": endpoint})
