/// Why a function of Google's is not offered.
public enum FunctionRefusal: Sendable, Hashable, CaseIterable {
    /// It names the service account, which is not the caller.
    case identity
    /// It reads a table that is not seen as a table here.
    case readsTables
    /// It runs a query or reads data outside BigQuery.
    case readsOutside
    /// It sends data to a model or a service outside BigQuery.
    case sendsOutside
    /// It uses keys that the service account may use and the caller may not.
    case usesKeys
    /// It needs a property graph, a protocol buffer or another object that is not offered.
    case notOffered

    /// The code of the refusal.
    var code: String {
        switch self {
        case .identity: "function.identity"
        case .readsTables: "function.reads_tables"
        case .readsOutside: "function.reads_outside"
        case .sendsOutside: "function.sends_outside"
        case .usesKeys: "function.uses_keys"
        case .notOffered: "function.not_offered"
        }
    }

    /// The middle of the message, after the function's name.
    var explanation: String {
        switch self {
        case .identity: "tells who the proxy's service account is"
        case .readsTables: "reads tables in a way that cannot be masked"
        case .readsOutside: "reads data outside of the tables that are masked"
        case .sendsOutside: "sends data to a model or service"
        case .usesKeys: "uses keys of the proxy's service account"
        case .notOffered: "works on objects that are not offered here"
        }
    }
}

/// Whether a function may be called.
public enum FunctionVerdict: Sendable, Hashable {
    /// It computes from its arguments only, or is harmless as the clock is.
    case pass
    case refused(FunctionRefusal)
}

/// The allow-list of functions. A name that is on neither list is refused: it may be a user's own function, whose body
/// is not seen here.
public enum FunctionPolicy {
    /// Every name that is on a list, upper case, without `SAFE.`.
    public static var knownNames: Set<String> { Set(verdicts.keys) }

    /// The verdict on a function's name in upper case and without `SAFE.`; `nil` when Google has no such function as
    /// far as is known here.
    public static func verdict(for name: String) -> FunctionVerdict? {
        if let verdict = verdicts[name] { return verdict }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return namespaces[String(name[..<dot])].map { .refused($0) }
    }

    /// Namespaces of which every function is refused, those included that Google adds later.
    private static let namespaces: [String: FunctionRefusal] = [
        "AEAD": .usesKeys, "KEYS": .usesKeys, "AI": .sendsOutside, "ML": .sendsOutside, "OBJ": .readsOutside,
        "BQ": .readsTables, "VECTOR_INDEX": .readsTables,
    ]

    private static let verdicts: [String: FunctionVerdict] = {
        var verdicts: [String: FunctionVerdict] = [:]
        for list in PassingFunctions.lists {
            for name in list.split(whereSeparator: \.isWhitespace) { verdicts[String(name)] = .pass }
        }
        for (refusal, list) in RefusedFunctions.lists {
            for name in list.split(whereSeparator: \.isWhitespace) { verdicts[String(name)] = .refused(refusal) }
        }
        return verdicts
    }()
}
