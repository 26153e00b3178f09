/// Table functions of Google's that read nothing but the table they are given, and make rows of its rows.
///
/// They are given the masked rows in place of the table. As they name columns in strings, those are all columns.
enum TransformingFunction: String {
    /// Fills gaps in time series
    /// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/time-series-functions#gap_fill>).
    case gapFill = "GAP_FILL"
    /// Adds to each row the session that its range belongs to
    /// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/range-functions#range_sessionize>).
    case rangeSessionize = "RANGE_SESSIONIZE"

    /// The function of a path; nil when it is another one's, or may be somebody's of the same name in a dataset.
    init?(_ path: [String]) {
        guard path.count == 1, let only = path.first else { return nil }
        self.init(rawValue: only.uppercased())
    }
}
