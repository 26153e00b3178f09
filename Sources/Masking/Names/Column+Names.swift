import Catalog

extension Column {
    /// The column's name, or that of a field below it, if it is one of these.
    func firstName(in names: Set<String>) -> String? {
        if names.isEmpty { return nil }
        if names.contains(name.lowercased()) { return name }
        return fields.lazy.compactMap { $0.firstName(in: names) }.first
    }
}
