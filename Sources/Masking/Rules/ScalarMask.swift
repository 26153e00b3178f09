import Catalog

/// The text of a mask on one value: plain GoogleSQL that keeps the type, keeps NULL, and cannot raise an error.
///
/// The results are those of <https://cloud.google.com/bigquery/docs/column-data-masking-intro#masking_options>.
enum ScalarMask {
    /// The constant of `DEFAULT_MASKING_VALUE`; `nil` for a type that BigQuery lists none for.
    static func defaultValue(of type: ScalarType) -> String? {
        switch type {
        case .string: "''"
        case .bytes: "b''"
        case .int64: "0"
        case .float64: "CAST(0 AS FLOAT64)"
        case .numeric: "NUMERIC '0'"
        case .bignumeric: "BIGNUMERIC '0'"
        case .bool: "FALSE"
        case .date: "DATE '1970-01-01'"
        case .datetime: "DATETIME '1970-01-01 00:00:00'"
        case .time: "TIME '00:00:00'"
        case .timestamp: "TIMESTAMP '1970-01-01 00:00:00+00'"
        case .geography: "ST_GEOGPOINT(0, 0)"
        case .json: "JSON 'null'"
        case .interval: nil
        }
    }

    /// `SHA256` of a STRING (base64 of the hash of its UTF-8) or BYTES (the 32 bytes).
    static func sha256(_ value: String, of type: ScalarType) -> String {
        type == .bytes ? "SHA256(\(value))" : "TO_BASE64(SHA256(\(value)))"
    }

    /// `XXXXX@domain`; what has not exactly one `@` with something on both sides is hashed.
    static func email(_ value: String) -> String {
        "IF(REGEXP_CONTAINS(\(value), r'^[^@]+@[^@]+$'), "
            + "'XXXXX' || SUBSTR(\(value), STRPOS(\(value), '@')), \(sha256(value, of: .string)))"
    }

    /// `abcdXXXXX`; four characters or fewer are hashed.
    static func firstFour(_ value: String) -> String {
        "IF(CHAR_LENGTH(\(value)) > 4, SUBSTR(\(value), 1, 4) || 'XXXXX', \(sha256(value, of: .string)))"
    }

    /// `XXXXXabcd`; four characters or fewer are hashed.
    static func lastFour(_ value: String) -> String {
        "IF(CHAR_LENGTH(\(value)) > 4, 'XXXXX' || SUBSTR(\(value), -4), \(sha256(value, of: .string)))"
    }

    /// 1 January of the same year, in UTC; `nil` for a type without a year.
    static func dateYear(_ value: String, of type: ScalarType) -> String? {
        let texts: [ScalarType: String] = [
            .date: "DATE(EXTRACT(YEAR FROM \(value)), 1, 1)",
            .datetime: "DATETIME_TRUNC(\(value), YEAR)",
            .timestamp: "TIMESTAMP_TRUNC(\(value), YEAR, 'UTC')",
        ]
        return texts[type]
    }

    /// A joinable pseudonym, RFC 2104 with the two padded keys given as parameters.
    static func keyedToken(_ value: String, of type: ScalarType, keys: TokenKeyNames) -> String {
        let bytes = type == .bytes ? value : "CAST(\(value) AS BYTES)"
        let mac = "SHA256(@\(keys.outer) || SHA256(@\(keys.inner) || \(bytes)))"
        return type == .bytes ? "SUBSTR(\(mac), 1, 20)" : "'KT_' || SUBSTR(TO_HEX(\(mac)), 1, 40)"
    }
}
