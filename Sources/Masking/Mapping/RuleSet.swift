import Catalog
import Yams

/// What one place of a role's file says of tags: the file as a whole, or one of its exceptions.
public struct RuleSet: Sendable, Hashable {
    /// The rule by tag name or prefix.
    public internal(set) var masks: [String: MaskRule] = [:]
    /// The rule for tags that ``masks`` does not match, where it is written.
    public internal(set) var defaultRule: MaskRule?
    /// What is seen of columns without a tag, where it is written.
    public internal(set) var untagged: UntaggedRule?
    /// The lines of the entries of ``masks``.
    var lines: [String: Int] = [:]
    /// The line of ``defaultRule``.
    var defaultLine: Int?

    /// Whether nothing is written.
    var isEmpty: Bool { masks.isEmpty && defaultRule == nil && untagged == nil }

    /// What is said of a tag: the longest prefix, else the default; `nil` when nothing is said.
    ///
    /// - Parameter tag: `nil` for a tag that `tags.yaml` does not list.
    func found(forTag tag: String?) -> (rule: MaskRule, line: Int?)? {
        var candidate = tag?[...]
        while let prefix = candidate {
            if let rule = masks[String(prefix)] { return (rule, lines[String(prefix)]) }
            candidate = prefix.lastIndex(of: ".").map { prefix[..<$0] }
        }
        return defaultRule.map { ($0, defaultLine) }
    }
}

/// The rules of one role at one place: the narrowest level that says something of a tag decides.
struct RoleRules {
    /// Narrowest first; the last one is the role's own.
    let levels: [RuleSet]

    /// What the narrowest level that says something says, and where; `DENY` when none does.
    func found(forTag tag: String?) -> (rule: MaskRule, line: Int?) {
        levels.lazy.compactMap { $0.found(forTag: tag) }.first ?? (.deny, nil)
    }

    /// The rule of a tag; `nil` is one that `tags.yaml` does not list.
    func rule(forTag tag: String?) -> MaskRule { found(forTag: tag).rule }

    /// What is seen of columns without a tag.
    var untagged: UntaggedRule { levels.lazy.compactMap(\.untagged).first ?? .raw }
}

/// The words that rules of a role can be written with.
struct RuleVocabulary {
    let tags: TagTable
    let expressions: [String: MaskExpression]
    /// The names of all expressions, those that have mistakes of their own included.
    let expressionNames: Set<String>
    /// Whether the role accepts rules that can be undone.
    var acceptsReversible = false

    init(tags: TagTable, settings: MappingSettings) {
        self.tags = tags
        expressions = settings.expressions
        expressionNames = Set(settings.expressionLines.keys)
    }
}

extension YAMLReader {
    /// Reads `masks`, `default` and `untagged`.
    mutating func rules(_ values: [String: Node], _ vocabulary: RuleVocabulary) -> RuleSet {
        var rules = RuleSet()
        if let node = values["masks"] { masks(node, vocabulary, into: &rules) }
        if let node = values["default"] {
            rules.defaultRule = rule(node, for: "default", vocabulary) ?? .deny
            rules.defaultLine = node.mark?.line
        }
        if let node = values["untagged"] { rules.untagged = choice(node, for: "untagged") ?? .deny }
        return rules
    }

    private mutating func masks(_ node: Node, _ vocabulary: RuleVocabulary, into rules: inout RuleSet) {
        guard let mapping = map(node, for: "masks") else { return }
        for (tag, keyNode, value) in entries(of: mapping) {
            if !vocabulary.tags.covers(prefix: tag) {
                problem("no tag of `tags.yaml` is `\(tag)` or lies below it", at: keyNode)
            }
            rules.masks[tag] = rule(value, for: tag, vocabulary)
            rules.lines[tag] = keyNode.mark?.line
        }
    }

    private mutating func rule(_ node: Node, for key: String, _ vocabulary: RuleVocabulary) -> MaskRule? {
        guard let text = node.scalar?.string,
            let rule = MaskRule(builtIn: text) ?? vocabulary.expressions[text].map({ .expression($0) })
        else {
            // An expression with mistakes is complained of where it is declared.
            if let text = node.scalar?.string, vocabulary.expressionNames.contains(text) { return nil }
            let known = MaskRule.builtIn.map { "`\($0.name)`" } + vocabulary.expressionNames.sorted().map { "`\($0)`" }
            problem("`\(key)` is not one of \(known.joined(separator: ", "))", at: node)
            return nil
        }
        if rule.isReversible && !vocabulary.acceptsReversible {
            problem(
                "`\(rule.name)` gives or falls back to what can be undone, such as an unsalted hash or a part of the "
                    + "value; `accept_reversible: true` must say that this is wanted",
                at: node
            )
        }
        return rule
    }
}
