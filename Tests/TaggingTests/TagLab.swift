import Catalog
import JSON
import Masking

@testable import BigQuery
@testable import Tagging

/// A table and a mapping for the tests of planning.
enum TagLab {
    static let taxonomy = "projects/demo/locations/us/taxonomies/100/policyTags/"

    static let fields = """
        {"name": "id", "type": "INTEGER"},
        {"name": "ssn", "type": "STRING", "policyTags": {"names": ["\(taxonomy)11"]}},
        {"name": "note", "type": "STRING"},
        {"name": "both", "type": "STRING", "policyTags": {"names": ["\(taxonomy)1", "\(taxonomy)11"]}},
        {"name": "listed", "type": "STRING", "dataPolicies": [{"name": "projects/demo/locations/us/dataPolicies/a"}]},
        {"name": "owner", "type": "RECORD", "mode": "REPEATED", "fields": [
            {"name": "Mail", "type": "STRING"}]}
        """

    static func resource(_ fields: String = fields, kind: String = "TABLE", more: String = "") throws -> TableResource {
        let text = """
            {"etag": "e1", "type": "\(kind)", "tableReference": {"projectId": "demo", "datasetId": "bank", \
            "tableId": "t"}, "schema": {"fields": [\(fields)]}\(more)}
            """
        guard let object = try JSONValue(parsing: text).objectValue else { throw TaggingError("no object") }
        return try TableResource(object)
    }

    static func mapping() throws -> Mapping {
        let tags = """
            pii: \(taxonomy)1
            pii.ssn: \(taxonomy)11
            pii.phone: \(taxonomy)13
            pii.address: projects/demo/locations/us/dataPolicies/a
            pii.note: tag:demo/sensitivity=note
            far: projects/demo/locations/eu/taxonomies/1/policyTags/1
            """
        let analyst =
            "datasets: [bank]\nmasks: {pii: DEFAULT_MASKING_VALUE, pii.ssn: LAST_FOUR_CHARACTERS}\n"
            + "accept_reversible: true\n"
        let files = [
            ("tags.yaml", tags), ("mapping.yaml", ""), ("roles/analyst.yaml", analyst),
            ("roles/elsewhere.yaml", "datasets: [other]\n"),
        ]
        return try Mapping.load(files: files.map { MappingFile(path: $0.0, bytes: Array($0.1.utf8)) })
    }

    /// The plan of changes of one table, `t`.
    static func plan(_ columns: JSONObject, of resource: TableResource? = nil) throws -> TagPlanner.Outcome {
        let wanted = try WantedTags(["bank.t": .object(columns)], project: "demo")
        let target = TagTarget(lookup: .found(try resource ?? Self.resource()), location: "US")
        let id = TableID(project: "demo", dataset: "bank", table: "t")
        return TagPlanner.plan(wanted, targets: [id: target], mapping: try mapping(), project: "demo")
    }
}
