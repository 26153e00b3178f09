public import Catalog
import Yams

/// The tags of `tags.yaml`: names that people use for the resources that schemas show.
public struct TagTable: Sendable, Hashable {
    /// The carrier's resource (`TagCarrier.resource`), by tag name.
    public let resources: [String: String]
    private let names: [String: String]

    init(resources: [String: String]) {
        self.resources = resources
        names = Dictionary(resources.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// The tag's name for a carrier; `nil` when `tags.yaml` does not list it.
    public func name(of carrier: TagCarrier) -> String? { names[carrier.resource] }

    /// Whether `prefix` is a listed tag, or an ancestor of one: the parent of `a.b` is `a`, listed or not.
    func covers(prefix: String) -> Bool {
        resources.keys.contains { Self.isSameOrAncestor(prefix, of: $0) }
    }

    /// Whether a tag is `name` itself or lies above it.
    static func isSameOrAncestor(_ tag: String, of name: String) -> Bool {
        name == tag || (name.hasPrefix(tag) && name.utf8.dropFirst(tag.utf8.count).first == UInt8(ascii: "."))
    }

    /// Whether a text can name a tag: parts of letters, digits, `_` and `-`, joined by dots.
    static func isValidName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || isMark($0)) }
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-"
    }

    /// Whether a text is a resource that a schema can show.
    static func isValidResource(_ resource: String) -> Bool {
        if resource.hasPrefix("tag:") {
            let rest = resource.dropFirst("tag:".count)
            guard let equals = rest.firstIndex(of: "=") else { return false }
            return equals != rest.startIndex && rest.index(after: equals) != rest.endIndex
        }
        let parts = resource.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return false }
        let keys = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }
        return parts.count.isMultiple(of: 2)
            && (keys == ["projects", "locations", "taxonomies", "policyTags"]
                || keys == ["projects", "locations", "dataPolicies"])
    }
}

extension YAMLReader {
    /// Reads `tags.yaml`: a flat map of names to resources.
    mutating func tagTable(from bytes: [UInt8]) -> TagTable {
        guard let mapping = root(of: bytes) else { return TagTable(resources: [:]) }
        var resources: [String: String] = [:]
        var owners: [String: String] = [:]
        for (name, keyNode, value) in entries(of: mapping) {
            guard TagTable.isValidName(name) else {
                problem("`\(name)` is not a tag name (letters, digits, `_`, `-`, parts joined by dots)", at: keyNode)
                continue
            }
            guard let resource = text(value, for: name) else { continue }
            guard TagTable.isValidResource(resource) else {
                problem(
                    "`\(resource)` is neither a policy tag, nor a data policy, nor `tag:KEY=VALUE`",
                    at: value
                )
                continue
            }
            if let owner = owners[resource] {
                problem("`\(name)` has the same resource as `\(owner)`", at: value)
                continue
            }
            owners[resource] = name
            resources[name] = resource
        }
        return TagTable(resources: resources)
    }
}
