public import Catalog
public import JSON

/// Reads the `schema` of a page whose rows are not read as a tree.
public enum ResultSchema {
    /// The columns of a `TableSchema`.
    public static func columns(parsing bytes: [UInt8]) throws(JSONError) -> [Column] {
        var reader = try JSONReader(parsing: bytes)
        return try FieldDefinition.columns(of: &reader)
    }
}
