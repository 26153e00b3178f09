import Cryptography
import Yams

/// What each role sees of each tag: the content of the mapping directory, checked.
///
/// The format is in `docs/masking.md`. Anything that is not understood fails the load: unknown keys, unknown rules,
/// unknown tags, files that do not belong there.
public struct Mapping: Sendable, Hashable {
    /// The tags that `tags.yaml` lists.
    public let tags: TagTable
    /// The roles by name.
    public let roles: [String: Role]
    /// How several roles of one person are put together.
    public let onSeveralRoles: RoleCombination
    /// The mask expressions by name.
    public let expressions: [String: MaskExpression]
    /// Where each expression is declared.
    let expressionLines: [String: Int]
    /// Tables whose row access policies may be evaluated for the service account, as written in the file.
    public let rowPoliciesAsServiceAccount: [String]
    /// SHA-256 over all files, lower-case hex: what the audit log says was in force.
    public let digest: String
    /// The files that it was read from, those that are ignored included.
    public let fileCount: Int

    /// The name, the length and the bytes of each file in the order of the names, so that no two directories collide.
    public static func digest(of files: [MappingFile]) -> String {
        let stream = SHA256Stream()
        for file in files.sorted(by: { $0.path < $1.path }) {
            stream.update(Array("\(file.path.utf8.count):\(file.path)\(file.bytes.count):".utf8))
            stream.update(file.bytes)
        }
        return Hex.encode(stream.finish())
    }

    /// Reads the files of a mapping directory. Files whose name ends in `.md` are ignored but count in the digest.
    ///
    /// - Throws: every problem of every file at once, with lines.
    public static func load(files: [MappingFile]) throws(MappingErrors) -> Mapping {
        var problems: [MappingProblem] = []
        var rolePaths: [String: MappingFile] = [:]
        var tagsFile: MappingFile?
        var settingsFile: MappingFile?
        for file in files {
            if file.path == "tags.yaml" {
                tagsFile = file
            } else if file.path == "mapping.yaml" {
                settingsFile = file
            } else if let name = roleName(of: file.path) {
                rolePaths[name] = file
            } else if !file.path.hasSuffix(".md") {
                let message = "the file does not belong here; known are `tags.yaml`, `mapping.yaml`, `roles/NAME.yaml`"
                problems.append(MappingProblem(path: file.path, line: nil, message: message))
            }
        }
        var tagsReader = YAMLReader(path: "tags.yaml")
        var tags = TagTable(resources: [:])
        if let tagsFile {
            tags = tagsReader.tagTable(from: tagsFile.bytes)
        } else {
            tagsReader.problem("the file is missing", at: nil)
        }
        problems += tagsReader.problems
        var settingsReader = YAMLReader(path: "mapping.yaml")
        let settings = settingsReader.settings(from: settingsFile?.bytes ?? [])
        problems += settingsReader.problems
        if rolePaths.isEmpty { problems.append(MappingProblem(path: "roles", line: nil, message: "there is no role")) }
        var roles: [String: Role] = [:]
        let vocabulary = RuleVocabulary(tags: tags, settings: settings)
        for (name, file) in rolePaths {
            var reader = YAMLReader(path: file.path)
            roles[name] = reader.role(named: name, from: file.bytes, vocabulary: vocabulary)
            problems += reader.problems
        }
        guard problems.isEmpty else { throw MappingErrors(problems) }
        return Mapping(
            tags: tags,
            roles: roles,
            onSeveralRoles: settings.combination,
            expressions: settings.expressions,
            expressionLines: settings.expressionLines,
            rowPoliciesAsServiceAccount: settings.rowPolicyTables,
            digest: digest(of: files),
            fileCount: files.count
        )
    }

    private static func roleName(of path: String) -> String? {
        guard path.hasPrefix("roles/"), path.hasSuffix(".yaml") else { return nil }
        let name = path.dropFirst("roles/".count).dropLast(".yaml".count)
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-")
        }
        return name.isEmpty || !isPlain ? nil : String(name)
    }

    /// The names of all rules that a role can refer to, expressions included.
    public var ruleNames: Set<String> { Set(MaskRule.builtIn.map(\.name)).union(expressions.keys) }

    /// The roles that membership in groups gives, sorted by name.
    public func roles(forGroups groups: [String]) -> [String] {
        let groups = Set(groups)
        return roles.values.filter { !groups.isDisjoint(with: $0.groups) }.map(\.name).sorted()
    }

    /// The policy of someone who has these roles; `nil` when the list is empty or names a role that does not exist.
    ///
    /// - Parameter project: the project that a role's plain dataset names belong to; `nil` leaves it open.
    public func policy(for roleNames: [String], project: String? = nil) -> MaskingPolicy? {
        var found: [Role] = []
        for name in Set(roleNames).sorted() {
            guard let role = roles[name] else { return nil }
            found.append(role)
        }
        guard !found.isEmpty else { return nil }
        if let project { found = found.map { $0.qualified(with: project) } }
        return MaskingPolicy(tags: tags, roles: found, combination: onSeveralRoles, mappingDigest: digest)
    }
}

/// What `mapping.yaml` says.
struct MappingSettings {
    var combination = RoleCombination.strictest
    var rowPolicyTables: [String] = []
    var expressions: [String: MaskExpression] = [:]
    /// Where each expression is declared, those with mistakes included.
    var expressionLines: [String: Int] = [:]
}

extension YAMLReader {
    /// Reads `mapping.yaml`.
    mutating func settings(from bytes: [UInt8]) -> MappingSettings {
        var settings = MappingSettings()
        guard let mapping = root(of: bytes) else { return settings }
        refuseUnknownKeys(of: mapping, known: ["on_several_roles", "expressions", "row_policies_as_service_account"])
        for (key, _, value) in entries(of: mapping) {
            if key == "on_several_roles" { settings.combination = choice(value, for: key) ?? .strictest }
            if key == "expressions" { expressions(value, into: &settings) }
            if key == "row_policies_as_service_account" {
                for (text, node) in texts(value, for: key) ?? [] {
                    if !(2...3).contains(text.split(separator: ".").count) {
                        problem("`\(text)` is neither `dataset.table` nor `project.dataset.table`", at: node)
                    }
                    settings.rowPolicyTables.append(text)
                }
            }
        }
        return settings
    }
}
