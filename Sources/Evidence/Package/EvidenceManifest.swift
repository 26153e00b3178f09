import JSON

/// A key that signs the log, and who says so.
public struct NamedKey: Sendable, Hashable {
    /// The verifier key: `name+id+base64`.
    public let verifierKey: String
    /// Where it was taken from: never the log.
    public let source: String

    /// A key.
    public init(verifierKey: String, source: String) {
        self.verifierKey = verifierKey
        self.source = source
    }
}

/// What a package says of itself in `manifest.json`.
public struct EvidenceManifest: Sendable, Hashable {
    /// The form of the package.
    static let format = "scrim-evidence-1"
    /// The file's name.
    static let path = "manifest.json"

    /// The program that made it.
    public let software: String
    /// The name of the log.
    public let origin: String
    /// The entries under the checkpoint.
    public let size: Int64
    /// What was asked for.
    public let choice: EvidenceChoice
    /// The least length of a gap in a session, in seconds.
    public let gapSeconds: Int64
    /// How many entries are chosen.
    public let selectedCount: Int
    /// How many are there beside them: what they refer to, and the neighbours of a period.
    public let supportingCount: Int
    /// The keys that were named.
    public let keys: [NamedKey]
    /// The digests of the mappings whose files are in the package.
    public let mappings: [String]

    /// The document.
    var json: JSONValue {
        [
            "format": .string(Self.format), "software": .string(software), "origin": .string(origin),
            "signed_entries": .integer(size), "choice": choice.json, "gap_seconds": .integer(gapSeconds),
            "selected": .integer(Int64(selectedCount)), "supporting": .integer(Int64(supportingCount)),
            "keys": .array(
                keys.map { ["verifier_key": .string($0.verifierKey), "from": .string($0.source)] }
            ),
            "mappings": .array(mappings.map { .string($0) }),
        ]
    }
}

extension EvidenceManifest {
    /// Reads a manifest.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = try JSONReader(parsing: bytes)
        guard try reader.string("format") == Self.format else {
            throw reader.invalid("format", "is not `\(Self.format)`")
        }
        var keys: [NamedKey] = []
        let software = try reader.string("software")
        let origin = try reader.string("origin")
        let size = try reader.integer("signed_entries")
        let choice = try EvidenceChoice(reader.object("choice"))
        let gapSeconds = try reader.integer("gap_seconds")
        let selected = try reader.integer("selected")
        let supporting = try reader.integer("supporting")
        for var key in try reader.objects("keys") {
            keys.append(NamedKey(verifierKey: try key.string("verifier_key"), source: try key.string("from")))
            try key.finish()
        }
        let mappings = try reader.strings("mappings")
        try reader.finish()
        self.init(
            software: software,
            origin: origin,
            size: size,
            choice: choice,
            gapSeconds: gapSeconds,
            selectedCount: Int(clamping: selected),
            supportingCount: Int(clamping: supporting),
            keys: keys,
            mappings: mappings
        )
    }
}
