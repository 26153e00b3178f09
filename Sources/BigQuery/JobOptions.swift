/// What a job may cost and take, and the labels by which it is found again.
public struct JobOptions: Sendable, Hashable {
    /// The most labels that a job can have.
    public static let labelsMax = 64
    /// The longest key or value of a label, in characters.
    public static let labelCharactersMax = 63

    /// Labels of the job.
    public let labels: [String: String]
    /// The most bytes that may be billed; beyond that BigQuery fails the job free of charge.
    public let bytesBilledMax: Int64
    /// How long the job may run.
    public let timeout: Duration

    /// Checks options.
    ///
    /// Keys begin with a lower-case letter; keys and values hold lower-case letters, digits, `_` and `-` only
    /// (<https://cloud.google.com/bigquery/docs/labels-intro#requirements>; the international characters that are
    /// allowed there are not needed here).
    public init(labels: [String: String], bytesBilledMax: Int64, timeout: Duration) throws(BigQueryError) {
        guard labels.count <= Self.labelsMax,
            labels.allSatisfy({ Self.isKey($0.key) && Self.isText($0.value) })
        else {
            throw BigQueryError(.invalidRequest, detail: "a label is not as BigQuery takes it", mayHaveBeenSent: false)
        }
        guard bytesBilledMax > 0, timeout >= .seconds(1) else {
            throw BigQueryError(.invalidRequest, detail: "a limit of the job is too small", mayHaveBeenSent: false)
        }
        self.labels = labels
        self.bytesBilledMax = bytesBilledMax
        self.timeout = timeout
    }

    private static func isKey(_ key: String) -> Bool {
        guard let first = key.unicodeScalars.first else { return false }
        return ("a"..."z").contains(first) && isText(key)
    }

    private static func isText(_ text: String) -> Bool {
        text.unicodeScalars.count <= labelCharactersMax
            && text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
            }
    }
}
