import BigQuery
import Catalog
import Foundation
import Gate

/// A file of tables and routines in place of a live BigQuery: a JSON array of what `tables.get` and `routines.get` return.
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

    /// Settings for commands that have a catalog and no configuration: every dataset of the catalog exists.
    ///
    /// - Parameter project: the project of names that have none; needed when the catalog is not of one project.
    func settings(project: String?, defaultDataset: String?) throws(ConfigurationError) -> GateSettings {
        let projects = Set(snapshot.entries.keys.map(\.project))
        guard let project = project ?? (projects.count == 1 ? projects.first : nil) else {
            throw ConfigurationError("the catalog is not of one project; name --project")
        }
        let limits = Configuration.Limits()
        return GateSettings(
            project: project,
            location: "",
            defaultDataset: defaultDataset,
            datasets: Set(snapshot.entries.keys.map(\.datasetID) + snapshot.routines.keys.map(\.datasetID)).sorted(),
            limits: (
                limits.maxBytesBilled, limits.pageRows, limits.pageBytes, .seconds(limits.queryTimeoutSeconds)
            )
        )
    }
}
