import JSON
import Yams

/// A YAML document as a JSON value, so that `JSONReader` decodes it strictly and names the path of what is wrong.
enum YAMLDocument {
    /// Deeper than any configuration; it also bounds what aliases can unfold to.
    static let depthMax = 16

    /// - Throws: `ConfigurationError` with line and column for text that is no YAML, repeated keys, keys that are no
    ///   strings, tags of the author's own, and aliases, which have no place in a short configuration.
    static func parse(_ text: String) throws(ConfigurationError) -> JSONValue {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError("not valid YAML: \(error)")
        }
        guard let node else { return .object([:]) }
        return try value(of: node, depth: 0)
    }

    /// The lines at which the elements of a list start that is a member of the document; empty where there is none.
    static func lines(ofElementsIn member: String, of text: String) -> [Int?] {
        guard let node = try? Yams.compose(yaml: text), let list = node.mapping?[member]?.sequence else { return [] }
        return list.map { $0.mark?.line }
    }

    private static func value(of node: Node, depth: Int) throws(ConfigurationError) -> JSONValue {
        guard depth < depthMax else { throw problem("nested deeper than \(depthMax) levels", at: node) }
        switch node {
        case .scalar(let scalar): return try value(of: scalar, node)
        case .sequence(let sequence):
            var values: [JSONValue] = []
            for element in sequence { values.append(try value(of: element, depth: depth + 1)) }
            return .array(values)
        case .mapping(let mapping):
            var object = JSONObject()
            for (keyNode, valueNode) in mapping {
                guard let key = keyNode.string else { throw problem("a key must be a string", at: keyNode) }
                guard object[key] == nil else { throw problem("the key `\(key)` is there twice", at: keyNode) }
                object[key] = try value(of: valueNode, depth: depth + 1)
            }
            return .object(object)
        case .alias:
            throw problem("aliases are not supported", at: node)
        }
    }

    /// Resolves a scalar by YAML's core schema; quoted scalars are always strings.
    private static func value(of scalar: Node.Scalar, _ node: Node) throws(ConfigurationError) -> JSONValue {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch node.tag.description {
        case Tag.Name.null.rawValue: return .null
        case Tag.Name.bool.rawValue: return node.bool.map(JSONValue.bool) ?? .string(scalar.string)
        case Tag.Name.int.rawValue:
            guard let integer = Int64(scalar.string) else { throw problem("a whole number out of range", at: node) }
            return .integer(integer)
        case Tag.Name.float.rawValue:
            guard let double = node.float, double.isFinite else { throw problem("not a finite number", at: node) }
            return .double(double)
        default: return .string(scalar.string)
        }
    }

    private static func problem(_ text: String, at node: Node) -> ConfigurationError {
        guard let mark = node.mark else { return ConfigurationError(text) }
        return ConfigurationError("line \(mark.line), column \(mark.column): \(text)")
    }
}
