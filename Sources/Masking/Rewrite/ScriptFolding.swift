import GoogleSQL

/// Scripts as agents write them, `DECLARE x DATE DEFAULT …; SET x = …; SELECT … x …`, folded into one query.
///
/// Each use of a variable becomes its value in parentheses. What comes out is a text like any other: it is parsed,
/// checked and masked as if the caller had sent it, so that a mistake here cannot show anything. What is not the same
/// query for certain is refused.
struct ScriptFolding {
    /// The text of one query.
    let text: String
    /// The variables in lower case. A column of such a name would have been meant in place of the variable.
    let variables: Set<String>

    /// Longer values are refused: `SET x = x || x` doubles with each line.
    static let valueBytesMax = 100_000
    /// Functions that give another value each time: a variable keeps the first.
    private static let volatile: Set<String> = ["RAND", "GENERATE_UUID", "NEW_UUID"]

    /// Folds a script.
    ///
    /// - Returns: nil when it is more than declarations, assignments and one query at the end, or has none of the former.
    static func fold(_ script: ParsedScript) -> Result<ScriptFolding, RefusalList>? {
        guard let last = script.statements.items.last, case .query(let query) = last.statement, last.hint == nil,
            script.statements.items.contains(where: \.isProcedural)
        else { return nil }
        var folder = Folder(script: script)
        for item in script.statements.items.dropLast() {
            // Temporary functions are read by themselves; they see no variables.
            if case .creation = item.statement { continue }
            guard case .procedural(let statement) = item.statement else { return nil }
            switch statement {
            case .scripting(.declare(let node)): folder.declare(node)
            case .assignment(let node): folder.assign(node)
            case .scripting, .transaction, .batch, .call, .executeImmediate, .assert, .analyze, .describe, .show,
                .explain, .import, .module, .defineTable, .subpipeline:
                return nil
            }
        }
        let text = folder.text(of: query)
        guard folder.refusals.isEmpty else { return .failure(RefusalList(folder.refusals)) }
        return .success(ScriptFolding(text: text, variables: Set(folder.variables.keys)))
    }

    /// A variable with its value so far, ready to be put in its place.
    private struct Variable {
        let type: String?
        var value: String
    }

    private struct Folder {
        let script: ParsedScript
        var variables: [String: Variable] = [:]
        var refusals: [Refusal] = []

        mutating func declare(_ node: VariableDeclaration) {
            // Types are printed before the variables are there, so that nothing in them is taken for one.
            let type = node.type.map { TokenPrinter.print(script, tokens: $0.tokens) }
            let value = node.value.map { self.value(of: $0, as: type) } ?? "CAST(NULL AS \(type ?? "INT64"))"
            for name in node.names {
                let key = name.name.lowercased()
                if variables[key] != nil || name.isQuoted {
                    refuse("the variable `\(name.name)` is declared twice, or in backticks", at: name.tokens)
                }
                variables[key] = Variable(type: type, value: value)
            }
        }

        mutating func assign(_ node: Assignment) {
            switch node.target {
            case .variable(let name):
                let key = name.name.lowercased()
                guard let type = variables[key]?.type else {
                    refuse("`\(name.name)` has no declared type, so that SET may convert the value", at: name.tokens)
                    return
                }
                variables[key] = Variable(type: type, value: value(of: node.value, as: type))
            case .variables(let names):
                refuse("several variables are set at once", at: names.first?.tokens ?? node.tokens)
            case .parameter(let parameter): refuse("a query parameter cannot be set", at: parameter.tokens)
            case .systemVariable(let variable): refuse("a system variable cannot be set", at: variable.tokens)
            }
        }

        /// The text of a value: in parentheses, and of the declared type.
        private mutating func value(of expression: Expression, as type: String?) -> String {
            checkValue(expression)
            let text = TokenPrinter.print(script, tokens: expression.tokens, edits: uses(in: expression.tokens))
            if text.utf8.count > ScriptFolding.valueBytesMax {
                refuse("the value is longer than \(ScriptFolding.valueBytesMax) bytes", at: expression.tokens)
                return "NULL"
            }
            return type.map { "CAST(\(text) AS \($0))" } ?? "(\(text))"
        }

        /// Whether a value is the same wherever it stands in the query.
        private mutating func checkValue(_ expression: Expression) {
            let tokens = expression.tokens
            let hasQuery = tokens.contains {
                script.tokens[$0].keyword == .select || script.tokens[$0].keyword == .from
            }
            for index in tokens {
                let token = script.tokens[index]
                if token.kind == .question {
                    refuse("`?` in the value of a variable would be counted anew", at: index..<index + 1)
                }
                guard token.role.isIdentifier else { continue }
                let name = script.name(of: index)
                if token.role == .functionName, !WordArguments.isWord(at: index, of: script),
                    isVolatile(functionAt: index)
                {
                    refuse("`\(name)` gives, or may give, another value at each use", at: index..<index + 1)
                }
                if token.role == .identifier, !hasQuery, stands(index), variables[name.lowercased()] == nil {
                    refuse("`\(name)` is no variable that is declared before", at: index..<index + 1)
                }
            }
            let names = hasQuery ? commonTables : []
            for index in tokens where names.contains(script.name(of: index).lowercased()) {
                refuse("a common table expression of the query has this name", at: index..<index + 1)
            }
            if hasQuery { checkPaths(in: tokens) }
        }

        /// `FROM bank.customers` in a value would be an array of a row where the query calls a table `bank`.
        private mutating func checkPaths(in tokens: Range<Int>) {
            let starts = script.tableReferences().filter { $0.path.count > 1 && tokens.contains($0.tokens.lowerBound) }
            let names = Set(starts.compactMap { $0.path.first?.lowercased() })
            guard !names.isEmpty else { return }
            for index in script.tokens.indices where !tokens.contains(index) && script.tokens[index].role == .identifier
            {
                let isPath = index + 1 < script.tokens.count && script.tokens[index + 1].kind == .dot
                if !isPath, names.contains(script.name(of: index).lowercased()) {
                    refuse("`\(script.name(of: index))` begins the name of a table in a value", at: index..<index + 1)
                }
            }
        }

        /// Whether a function may give another value each time: one of BigQuery's own that does, or one that somebody
        /// wrote.
        private func isVolatile(functionAt index: Int) -> Bool {
            var first = index
            var end = index + 1
            while first > 1, script.tokens[first - 1].kind == .dot { first -= 2 }
            while end + 1 < script.tokens.count, script.tokens[end].kind == .dot { end += 2 }
            var names = stride(from: first, to: end, by: 2).map { script.name(of: $0).uppercased() }
            if names.count > 1, names.first == "SAFE" { names.removeFirst() }
            if let last = names.last, ScriptFolding.volatile.contains(last) { return true }
            return FunctionPolicy.verdict(for: names.joined(separator: ".")) == nil
        }

        /// The words before `AS (`, which name common table expressions among other things.
        private var commonTables: Set<String> {
            var names: Set<String> = []
            for index in script.tokens.indices.dropFirst().dropLast()
            where script.tokens[index].keyword == .as && script.tokens[index + 1].kind == .leftParenthesis {
                names.insert(script.name(of: index - 1).lowercased())
            }
            return names
        }

        /// Whether a word can name a variable where it stands: not after a dot, `@` or AS, not as the name of an
        /// argument or a field, and not as a date part or the like.
        private func stands(_ index: Int) -> Bool {
            if index > 0 {
                let before = script.tokens[index - 1]
                if before.kind == .dot || before.kind == .at || before.kind == .doubleAt || before.keyword == .as {
                    return false
                }
            }
            if index + 1 < script.tokens.count {
                let next = script.tokens[index + 1]
                // The name of an argument, or of a field in a type: `STRUCT<a INT64>`.
                if next.kind == .namedArgument || next.role == .typeName { return false }
                if next.keyword == .array || next.keyword == .struct || next.keyword == .range { return false }
            }
            return !WordArguments.isWord(at: index, of: script)
        }

        /// The edits that put values in the place of variables.
        private func uses(in tokens: Range<Int>) -> [TokenEdit] {
            tokens.compactMap { index in
                guard script.tokens[index].role == .identifier, stands(index),
                    let variable = variables[script.name(of: index).lowercased()]
                else { return nil }
                return TokenEdit(tokens: index..<index + 1, text: variable.value)
            }
        }

        /// The query with values in the place of variables.
        mutating func text(of query: Query) -> String {
            for index in query.tokens where script.tokens[index].role == .identifier && !stands(index) {
                let name = script.name(of: index)
                // After a dot it can be the name of a column, which would be meant in place of the variable.
                let before = script.tokens[max(0, index - 1)]
                if before.keyword == .as || before.kind == .dot, variables[name.lowercased()] != nil {
                    refuse("`\(name)` is both a variable and a name that the query gives", at: index..<index + 1)
                }
            }
            return TokenPrinter.print(script, tokens: query.tokens, edits: uses(in: query.tokens) + labels(of: query))
        }

        /// A column that is a variable alone is named after it.
        private func labels(of query: Query) -> [TokenEdit] {
            guard case .select(let select) = query.body else { return [] }
            return select.items.compactMap { item in
                guard case .expression(let node) = item, node.alias == nil, case .path(let path) = node.expression,
                    path.parts.count == 1, let name = path.parts.first, variables[name.name.lowercased()] != nil
                else { return nil }
                let end = node.tokens.upperBound
                return TokenEdit(tokens: end..<end, text: "AS \(quotedIdentifier(name.name))")
            }
        }

        private mutating func refuse(_ message: String, at tokens: Range<Int>) {
            refusals.append(
                Refusal(
                    code: "statement.script_value",
                    message: message,
                    position: script.position(of: tokens.lowerBound),
                    fix: "write the value into the query, or send it as a query parameter"
                )
            )
        }
    }
}

extension StatementList.Item {
    /// Whether it declares, sets or does anything else that only scripts do.
    var isProcedural: Bool {
        switch statement {
        case .procedural: true
        case .query, .manipulation, .transfer, .creation, .alteration, .removal, .permission: false
        }
    }
}
