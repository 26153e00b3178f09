/// The full name of a function or procedure of a dataset.
///
/// Comparison is exact: BigQuery's names of user-defined functions are case-sensitive
/// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#case_sensitivity>).
public struct RoutineID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The project, as BigQuery spells it.
    public let project: String
    /// The dataset, without its project.
    public let dataset: String
    /// The routine, without its dataset.
    public let routine: String

    /// Creates the name of a routine; nothing is checked.
    public init(project: String, dataset: String, routine: String) {
        self.project = project
        self.dataset = dataset
        self.routine = routine
    }

    /// The dataset that holds the routine.
    public var datasetID: DatasetID { DatasetID(project: project, dataset: dataset) }

    /// `project.dataset.routine`.
    public var description: String { "\(project).\(dataset).\(routine)" }

    /// Orders by project, then dataset, then routine.
    public static func < (left: RoutineID, right: RoutineID) -> Bool {
        (left.project, left.dataset, left.routine) < (right.project, right.dataset, right.routine)
    }
}

/// The type of an argument or of a result (`StandardSqlDataType`).
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType>
public indirect enum RoutineType: Sendable, Hashable {
    case scalar(ScalarType)
    case range(of: ScalarType)
    case array(of: RoutineType)
    case record([RoutineField])
    /// A type that this version does not know, as the definition names it.
    case unknown(String)
}

/// A field of a STRUCT, or a column of a table that a function takes or gives.
public struct RoutineField: Sendable, Hashable {
    /// The name; nil for a field without one.
    public let name: String?
    /// The type; nil where the definition leaves it open.
    public let type: RoutineType?

    /// Creates a field.
    public init(name: String?, type: RoutineType?) {
        self.name = name
        self.type = type
    }
}

/// A parameter of a routine.
public struct RoutineParameterDefinition: Sendable, Hashable {
    /// What may be passed (`argumentKind`).
    public enum Kind: Sendable, Hashable {
        case value(RoutineType)
        case anyValue
        case table([RoutineField])
        case anyTable
        /// A kind that this version does not know, as the definition names it.
        case unknown(String)
    }

    /// The name; nil where it has none.
    public let name: String?
    /// What may be passed.
    public let kind: Kind

    /// Creates a parameter.
    public init(name: String?, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A function or procedure as `routines.get` described it at one moment.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/routines#Routine>
public struct Routine: Sendable, Hashable {
    /// What a routine is called for (`routineType`).
    public enum Kind: Sendable, Hashable {
        case scalarFunction
        case tableFunction
        case aggregateFunction
        case procedure
        /// A kind that this version does not know, as the definition names it.
        case unknown(String)
    }

    /// What a routine can have beyond its text that decides whether it can be used.
    public enum Feature: Sendable, Hashable, CaseIterable {
        /// The function runs in a service outside of BigQuery (`remoteFunctionOptions`).
        case remote
        /// It masks columns in BigQuery's own data policies (`dataGovernanceType`).
        case masking
        /// It loads code from Cloud Storage (`importedLibraries`).
        case libraries
        /// It runs in a runtime with options of its own, such as Python's or Spark's.
        case runtimeOptions
    }

    /// The full name.
    public let id: RoutineID
    /// What it is called for.
    public let kind: Kind
    /// The language of the body, upper case: `SQL`, `JAVASCRIPT`, …
    public let language: String
    /// The parameters, in order.
    public let parameters: [RoutineParameterDefinition]
    /// The declared type of the result; nil when it follows from the body.
    public let returnType: RoutineType?
    /// The declared columns of the table that a table function gives.
    public let returnColumns: [RoutineField]?
    /// The body, as stored: an expression, a query, or a text in another language.
    public let body: String
    /// What it has beyond its text.
    public let features: Set<Feature>
    /// BigQuery's version of the resource.
    public let etag: String?

    /// Creates the description of a routine.
    public init(
        id: RoutineID,
        kind: Kind,
        language: String = "SQL",
        parameters: [RoutineParameterDefinition] = [],
        returnType: RoutineType? = nil,
        returnColumns: [RoutineField]? = nil,
        body: String,
        features: Set<Feature> = [],
        etag: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.language = language
        self.parameters = parameters
        self.returnType = returnType
        self.returnColumns = returnColumns
        self.body = body
        self.features = features
        self.etag = etag
    }

    /// Whether another description is of the same routine, as far as the meaning of a call goes.
    public func isSame(as other: Routine) -> Bool {
        if let etag, other.etag == etag { return true }
        return id == other.id && kind == other.kind && language == other.language && parameters == other.parameters
            && returnType == other.returnType && returnColumns == other.returnColumns && body == other.body
            && features == other.features
    }
}

/// What is known of one routine's name.
public enum RoutineEntry: Sendable, Hashable {
    /// The routine exists and its definition was read.
    case routine(Routine)
    /// There is no such routine, or it is not to be seen.
    case absent
    /// The definition could not be read; nothing may be assumed of the routine.
    case unreadable(reason: String)
}
