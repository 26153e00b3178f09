/// What unqualified names resolve to. BigQuery is never sent a default, so that nothing is left for it to resolve.
public struct NameDefaults: Sendable, Hashable {
    /// The project of names without one.
    public let project: String
    /// The dataset of names without one; `nil` refuses them.
    public let dataset: String?

    /// Creates defaults.
    public init(project: String, dataset: String? = nil) {
        self.project = project
        self.dataset = dataset
    }
}
