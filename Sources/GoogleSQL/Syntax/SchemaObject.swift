/// The kinds of objects that ALTER, DROP and UNDROP name in the same way.
public enum SchemaObject: Sendable, Hashable, CaseIterable {
    case aggregateFunction
    case approximateView
    case connection
    case constant
    case database
    case externalSchema
    case externalTable
    case function
    case index
    case materializedView
    case model
    case procedure
    case propertyGraph
    case schema
    case sequence
    case table
    case view
}
