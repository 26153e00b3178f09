/// BigQuery's views of metadata, and what answers in their place.
///
/// They are refused because they show other people's queries, values of partitions, and tags and texts of columns that
/// the caller may not see (<https://cloud.google.com/bigquery/docs/information-schema-intro>).
enum MetadataView {
    /// What to do in place of reading a view of INFORMATION_SCHEMA.
    ///
    /// - Parameter view: its name in upper case, without INFORMATION_SCHEMA; empty when there is none.
    static func advice(for view: String) -> String {
        if let advice = advices[view] { return advice }
        if view.hasPrefix("JOBS") || view.hasPrefix("SESSIONS") { return jobs }
        return
            "`\(view)` is not offered; of metadata there are list_datasets, list_tables, describe_table, search_schema"
    }

    /// The same for a table that legacy SQL has for metadata; nil for another one.
    static func legacyAdvice(for table: String) -> String? { legacyAdvices[table] }

    private static let legacyAdvices: [String: String] = {
        let tables = "list_tables tells the tables of a dataset"
        return ["__TABLES__": tables, "__TABLES_SUMMARY__": tables, "__PARTITIONS_SUMMARY__": partitions]
    }()

    private static let partitions =
        "values of partitions are not shown; describe_table tells the partitioning column"
    private static let jobs =
        "get_job tells of your own jobs; auditors see those of others with `scrim audit jobs` and `scrim audit sessions`"

    private static let advices: [String: String] = {
        let columns = "describe_table tells the columns of a table, search_schema finds columns by name"
        let tables = "list_tables tells the tables of a dataset, describe_table tells more of one"
        return [
            "": "list_datasets, list_tables, describe_table and search_schema tell what there is",
            "TABLES": tables, "TABLE_SNAPSHOTS": tables, "VIEWS": tables, "MATERIALIZED_VIEWS": tables,
            "TABLE_OPTIONS": "describe_table tells the description, partitioning and clustering of a table",
            "COLUMNS": columns, "COLUMN_FIELD_PATHS": columns,
            "SCHEMATA": "list_datasets tells the datasets", "SCHEMATA_OPTIONS": "list_datasets tells the datasets",
            "PARTITIONS": partitions,
        ]
    }()
}

/// BigQuery's system variables, and what to do in place of reading one
/// (<https://cloud.google.com/bigquery/docs/reference/system-variables>).
enum SystemVariable {
    /// - Parameter path: the name's parts, after `@@`.
    static func advice(for path: [String]) -> String {
        path.first.flatMap { advices[$0.lowercased()] } ?? "leave it out"
    }

    private static let advices = [
        "time_zone": "it is UTC; functions take another time zone as an argument",
        "project_id": "list_datasets tells the datasets", "dataset_id": "list_datasets tells the datasets",
        "dataset_project_id": "list_datasets tells the datasets",
        "current_job_id": "the answer tells the job's ID", "session_id": "the answer tells the session",
        "query_label": "labels are the proxy's own", "location": "the location is the proxy's own",
        "reservation": "the reservation is the proxy's own", "row_count": "the answer tells how many rows there are",
    ]
}
