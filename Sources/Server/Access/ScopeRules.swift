/// Which scopes a request needs, and which of them a token brings.
public struct ScopeRules: Sendable, Hashable {
    /// What every request needs.
    public let base: [String]
    /// What a call of a tool needs beside that.
    public let tools: [String: [String]]
    /// The narrower scopes that a broader one stands for; MCP 2026-07-28, basic/authorization: a broader scope must
    /// satisfy a narrower one.
    public let includes: [String: [String]]

    /// Rules; without more, nothing needs a scope.
    public init(base: [String] = [], tools: [String: [String]] = [:], includes: [String: [String]] = [:]) {
        self.base = base
        self.tools = tools
        self.includes = includes
    }

    /// Whether a text is a scope as RFC 6749, 3.3 has it.
    public static func isScope(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 == 0x21 || (0x23...0x5B).contains($0) || (0x5D...0x7E).contains($0) }
    }

    /// All that an operation needs, each once.
    func needed(for operation: RequestedOperation) -> [String] {
        var needed: [String] = []
        for scope in base + (operation.tool.flatMap { tools[$0] } ?? []) where !needed.contains(scope) {
            needed.append(scope)
        }
        return needed
    }

    /// Whether a token with these scopes suffices.
    func permits(_ operation: RequestedOperation, granted: Set<String>) -> Bool {
        let held = unfolded(granted)
        return needed(for: operation).allSatisfy { held.contains($0) }
    }

    /// What to ask for so that an operation becomes possible and nothing is lost: all that it needs, and what the token
    /// has already of the scopes that mean something here.
    func toAskFor(_ operation: RequestedOperation, granted: Set<String>) -> [String] {
        let needed = needed(for: operation)
        return needed + granted.subtracting(needed).intersection(known).sorted()
    }

    private var known: Set<String> {
        Set(base).union(tools.values.joined()).union(includes.keys).union(includes.values.joined())
    }

    private func unfolded(_ granted: Set<String>) -> Set<String> {
        var held = granted
        var waiting = Array(granted)
        while let scope = waiting.popLast() {
            for narrower in includes[scope] ?? [] where held.insert(narrower).inserted { waiting.append(narrower) }
        }
        return held
    }
}
