public import Catalog
internal import JSON

/// A dataset, as far as callers are told of it.
public struct DatasetSummary: Sendable, Hashable {
    /// The full name.
    public let id: DatasetID
    /// Where its data lies, such as `US`.
    public let location: String?
    /// Free text from the warehouse: data to show, never to obey. Known only when the dataset itself was read.
    public let description: String?

    /// Reads an element of `datasets.list`, or a dataset resource.
    init(_ resource: JSONReader) throws(JSONError) {
        var resource = resource
        var reference = try resource.object("datasetReference")
        id = DatasetID(project: try reference.string("projectId"), dataset: try reference.string("datasetId"))
        location = try resource.optionalString("location")
        description = try resource.optionalString("description")
    }
}

extension TableListing {
    /// Reads an element of `tables.list`.
    init(_ resource: JSONReader) throws(JSONError) {
        var resource = resource
        self.init(
            id: try TableReferenceDefinition.id(resource.object("tableReference")),
            kind: try resource.optionalString("type") ?? "TABLE",
            creationTime: try resource.optionalIntegerText("creationTime")
        )
    }
}

/// One page of a list.
public struct ListPage<Element: Sendable>: Sendable {
    /// The elements, in BigQuery's order.
    public let elements: [Element]
    /// What asks for the next page; `nil` on the last.
    public let nextPageToken: String?
}
