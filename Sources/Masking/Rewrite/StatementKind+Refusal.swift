import GoogleSQL

extension StatementKind {
    /// Why a statement other than a query is refused: the code's word, its name, and what to do in its place.
    var refusal: (code: String, name: String, fix: String) {
        switch self {
        case .query: ("not_select", "this", "send one SELECT, or one query that begins with WITH or FROM")
        case .insert: ("insert", "INSERT", Self.readOnly)
        case .update: ("update", "UPDATE", Self.readOnly)
        case .delete: ("delete", "DELETE", Self.readOnly)
        case .merge: ("merge", "MERGE", Self.readOnly)
        case .truncate: ("truncate", "TRUNCATE TABLE", Self.readOnly)
        case .exportData, .exportModel, .exportMetadata:
            ("export", "EXPORT", "send the SELECT alone; fetch_page gives all of its rows")
        case .loadData: ("load", "LOAD DATA", Self.readOnly)
        case .cloneData: ("clone", "CLONE DATA", Self.readOnly)
        case .createTable, .createSnapshotTable, .createExternalTable:
            ("create_table", "CREATE TABLE", Self.subquery)
        case .createView, .createApproxView, .createMaterializedView: ("create_view", "CREATE VIEW", Self.subquery)
        case .createFunction, .createTableFunction, .createConstant:
            ("create_function", "CREATE FUNCTION", "write what it computes in the query itself")
        case .createProcedure: ("create_procedure", "CREATE PROCEDURE", "send the query that it would run")
        case .createModel:
            ("create_model", "CREATE MODEL", "no model can be trained on masked columns; ask the data's owner")
        case .createConnection, .createDatabase, .createEntity, .createExternalSchema, .createIndex,
            .createPrivilegeRestriction, .createPropertyGraph, .createRowAccessPolicy, .createSchema, .createSequence,
            .createSnapshot:
            ("create", "CREATE", Self.readOnly)
        case .alterAllRowAccessPolicies, .alterApproxView, .alterConnection, .alterDatabase, .alterEntity,
            .alterExternalSchema, .alterIndex, .alterMaterializedView, .alterModel, .alterPrivilegeRestriction,
            .alterRowAccessPolicy, .alterSchema, .alterSequence, .alterTable, .alterView:
            ("alter", "ALTER", Self.readOnly)
        case .rename: ("rename", "RENAME", Self.readOnly)
        case .drop, .dropAllRowAccessPolicies, .dropEntity, .dropFunction, .dropMaterializedView,
            .dropPrivilegeRestriction, .dropRowAccessPolicy, .dropSearchIndex, .dropSnapshotTable, .dropTableFunction,
            .dropVectorIndex:
            ("drop", "DROP", Self.readOnly)
        case .undrop: ("undrop", "UNDROP", Self.readOnly)
        case .grant: ("grant", "GRANT", Self.rights)
        case .revoke: ("revoke", "REVOKE", Self.rights)
        case .call: ("call", "CALL", "write the query that the procedure runs; cancel_job cancels a job of yours")
        case .executeImmediate:
            ("execute_immediate", "EXECUTE IMMEDIATE", "send the text that it would run as a query; use parameters")
        case .assert: ("assert", "ASSERT", "select what the condition is about, and look at the rows")
        case .begin, .commit, .rollback, .setTransaction:
            ("transaction", "a transaction's statement", "send one query; there is nothing to commit")
        case .explain: ("explain", "EXPLAIN", "estimate_query tells columns, bytes and tables of a query")
        case .describe: ("describe", "DESCRIBE", "describe_table tells the columns of a table")
        case .show: ("show", "SHOW", "list_datasets and list_tables tell what there is")
        case .analyze: ("analyze", "ANALYZE", Self.readOnly)
        case .import, .module: ("module", "a module's statement", "write what it computes in the query itself")
        case .defineMacro, .defineTable: ("define", "DEFINE", "use WITH for what is read more than once")
        case .run, .runBatch, .startBatch, .abortBatch: ("batch", "a batch", "send one query a call")
        case .subpipeline: ("subpipeline", "a pipeline without a table", "begin with FROM and a table")
        case .assignFromStruct, .assignParameter, .assignSystemVariable, .assignVariable:
            ("set", "SET", "give the value as a query parameter, or DECLARE it before one query; `@@` cannot be set")
        case .block, .break, .case, .continue, .declare, .forIn, .if, .raise, .repeat, .return, .while:
            ("script", "a script's statement", "send one query; values can come as query parameters")
        }
    }

    private static let readOnly = "send a SELECT; nothing can be written through the proxy"
    private static let subquery = "send its SELECT alone; use WITH for what is read more than once"
    private static let rights = "ask an administrator; rights are given in the mapping"
}
