/// The keywords of GoogleSQL, reserved first, each group in alphabetical order.
///
/// Source: the token rules of `zetasql/parser/zetasql.tm` in google/zetasql, with QUALIFY reserved as in BigQuery.
/// MATCH_RECOGNIZE and GRAPH_TABLE, which ZetaSQL reserves on demand, are told by their context here.
public enum Keyword: UInt16, Sendable, Hashable, CaseIterable {
    /// Not a keyword.
    case none

    // Reserved: never an identifier without backticks, except after a dot.
    case all, and, any, array, `as`, asc, assertRowsModified, at, between, by, `case`, cast, collate
    case contains, create, cross, cube, current, `default`, define, desc, distinct, `else`, end, `enum`
    case escape, except, exclude, exists, extract, `false`, fetch, following, `for`, from, full, group
    case grouping, groups, hash, having, `if`, ignore, `in`, inner, intersect, interval, into, `is`, join
    case lateral, left, like, limit, lookup, merge, natural, new, no, not, null, nulls, of, on, or, order
    case outer, over, partition, preceding, proto, qualify, range, recursive, respect, right, rollup, rows
    case select, set, some, `struct`, tablesample, then, to, treat, `true`, unbounded, union, unnest, using
    case when, `where`, window, with, within

    // Not reserved: an identifier wherever the grammar has no other use for the word.
    case abort, access, action, acyclic, add, after, aggregate, alter, always, analyze, approx, are
    case ascending, assert, batch, begin, bigdecimal, bignumeric, `break`, call, cascade, cheapest, check
    case clamped, clone, cluster, column, columns, commit, conflict, connection, constant, constraint
    case `continue`, copy, corresponding, cost, cycle, data, database, date, datetime, decimal, declare
    case definer, delete, deletion, depth, descending, describe, descriptor, destination, deterministic
    case `do`, drop, dynamic, edge, elseif, enforced, error, exception, execute, explain, export, extend
    case external, files, fill, filter, first, foreign, fork, format, function, generated, grant, graph
    case graphTable, groupRows, hidden, identity, immediate, immutable, `import`, include, increment, index
    case `inout`, input, insert, interleave, invoker, isolation, iterate, json, key, label, labeled
    case language, last, leave, `let`, level, load, locality, log, loop, macro, map, match, matchRecognize
    case matched, materialized, max, maxvalue, measures, message, metadata, min, minvalue, model, module
    case name, next, node, nothing, nullFiltered, numeric, offset, only, optional, options, out, output
    case overwrite, parent, partitions, past, path, paths, pattern, per, percent, pivot, policies, policy
    case primary, `private`, privilege, privileges, procedure, project, properties, property, `public`
    case raise, read, rebuild, references, remote, remove, rename, `repeat`, repeatable, replace
    case replaceFields, replica, report, restrict, restriction, `return`, returns, revoke, rollback, row
    case run, safeCast, schema, search, security, sequence, sets, shortest, show, simple, skip, snapshot
    case source, sql, stable, start, staticDescribe, stored, storing, strict, system, systemTime, table
    case tables, target, tee, temp, temporary, time, timestamp, trail, transaction, transform, truncate
    case type, undrop, unique, unknown, unpivot, until, update, value, values, vector, view, views, volatile
    case walk, weight, `while`, write, yield, zone

    /// Whether the word can be an identifier only in backticks or after a dot.
    public var isReserved: Bool { self != .none && rawValue <= Keyword.within.rawValue }
}
