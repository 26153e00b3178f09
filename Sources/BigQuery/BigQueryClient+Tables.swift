public import Catalog
internal import HTTPTransport
internal import JSON

extension BigQueryClient {
    /// The most elements of a page of a list.
    public static let listPageMax = 1000

    /// A table as it is now, without statistics that cost BigQuery time (`view=BASIC`).
    ///
    /// - Returns: `absent` when BigQuery does not find it; `unreadable` when it was found and cannot be understood.
    public func table(_ id: TableID) async throws(BigQueryError) -> CatalogEntry {
        let path = ["projects", id.project, "datasets", id.dataset, "tables", id.table]
        let call = Call(method: .get, url: try configuration.endpoint.url(path, query: [("view", "BASIC")]))
        let answer: JSONReader
        do {
            answer = try await repeating(call, as: .read)
        } catch  where error.reason == .notFound {
            return .absent
        }
        let definition: TableDefinition
        do {
            definition = try TableDefinition(.object(answer.object))
        } catch {
            return .unreadable(reason: error.detail ?? error.description)
        }
        guard definition.schema.id == id else { return .unreadable(reason: "another table was answered") }
        return .table(definition.schema)
    }

    /// A function or procedure as it is now.
    ///
    /// - Returns: `absent` when BigQuery does not find it; `unreadable` when it was found and cannot be understood.
    public func routine(_ id: RoutineID) async throws(BigQueryError) -> RoutineEntry {
        let path = ["projects", id.project, "datasets", id.dataset, "routines", id.routine]
        let call = Call(method: .get, url: try configuration.endpoint.url(path))
        let answer: JSONReader
        do {
            answer = try await repeating(call, as: .read)
        } catch  where error.reason == .notFound {
            return .absent
        }
        do {
            let definition = try RoutineDefinition(.object(answer.object))
            guard definition.routine.id == id else { return .unreadable(reason: "another routine was answered") }
            return .routine(definition.routine)
        } catch {
            return .unreadable(reason: error.detail ?? error.description)
        }
    }

    /// A dataset with its description; `nil` when BigQuery does not find it.
    public func dataset(_ id: DatasetID) async throws(BigQueryError) -> DatasetSummary? {
        let path = ["projects", id.project, "datasets", id.dataset]
        let call = Call(method: .get, url: try configuration.endpoint.url(path))
        let answer: JSONReader
        do {
            answer = try await repeating(call, as: .read)
        } catch  where error.reason == .notFound {
            return nil
        }
        return try Self.decode(answer) { (reader) throws(JSONError) in try DatasetSummary(reader) }
    }

    /// A page of the datasets of a project.
    ///
    /// - Parameter pageToken: what the page before named; `nil` for the first.
    public func datasets(
        ofProject project: String,
        pageToken: String? = nil,
        pageMax: Int = listPageMax
    ) async throws(BigQueryError) -> ListPage<DatasetSummary> {
        try await list(["projects", project, "datasets"], key: "datasets", pageToken, pageMax) {
            (reader) throws(JSONError) in try DatasetSummary(reader)
        }
    }

    /// A page of the tables of a dataset.
    ///
    /// - Parameter pageToken: what the page before named; `nil` for the first.
    public func tables(
        of dataset: DatasetID,
        pageToken: String? = nil,
        pageMax: Int = listPageMax
    ) async throws(BigQueryError) -> ListPage<TableListing> {
        let path = ["projects", dataset.project, "datasets", dataset.dataset, "tables"]
        return try await list(path, key: "tables", pageToken, pageMax) {
            (reader) throws(JSONError) in try TableListing(reader)
        }
    }

    /// The tables of a dataset, in BigQuery's order; `nil` when BigQuery does not find the dataset.
    ///
    /// - Parameter enough: a further page is asked for only while no more tables than this are known.
    public func allTables(
        of dataset: DatasetID,
        enough: Int = .max
    ) async throws(BigQueryError) -> [TableListing]? {
        var tables: [TableListing] = []
        var token: String?
        do {
            repeat {
                let page = try await self.tables(of: dataset, pageToken: token)
                tables += page.elements
                token = page.nextPageToken
            } while token != nil && tables.count <= enough
        } catch  where error.reason == .notFound {
            return nil
        }
        return tables
    }

    private func list<Element: Sendable>(
        _ path: [String],
        key: String,
        _ pageToken: String?,
        _ pageMax: Int,
        _ read: (JSONReader) throws(JSONError) -> Element
    ) async throws(BigQueryError) -> ListPage<Element> {
        let size = min(max(pageMax, 1), Self.listPageMax)
        let query = [("maxResults", String(size)), ("pageToken", pageToken)]
        let call = Call(method: .get, url: try configuration.endpoint.url(path, query: query))
        let answer = try await repeating(call, as: .read)
        return try Self.decode(answer) { (reader) throws(JSONError) in
            var reader = reader
            var elements: [Element] = []
            for element in try reader.optionalObjects(key) ?? [] { elements.append(try read(element)) }
            return ListPage(elements: elements, nextPageToken: try reader.optionalString("nextPageToken"))
        }
    }
}
