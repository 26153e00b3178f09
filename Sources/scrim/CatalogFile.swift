import BigQuery
import Catalog
import Foundation

/// A file of tables in place of a live BigQuery: a JSON array of what `tables.get` returns.
struct CatalogFile {
    let snapshot: CatalogSnapshot

    var tables: [TableSchema] {
        snapshot.entries.values.compactMap { entry in
            if case .table(let schema) = entry { schema } else { nil }
        }
    }

    static func load(_ path: String) throws(ConfigurationError) -> CatalogFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError("the catalog `\(path)` cannot be read")
        }
        do {
            return CatalogFile(snapshot: try TableDefinition.catalog(parsing: Array(data)))
        } catch {
            throw ConfigurationError("the catalog `\(path)`: \(error)")
        }
    }
}
