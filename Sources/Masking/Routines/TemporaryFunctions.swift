import GoogleSQL

/// The temporary functions in front of a query: `CREATE TEMP FUNCTION f(x INT64) AS (x + 1); SELECT f(a) …`.
///
/// Their bodies are parsed where they stand in the caller's text, so that reasons against them have their places.
struct TemporaryFunctions {
    let script: ParsedScript
    let defaults: NameDefaults
    private(set) var functions: [SQLFunction] = []
    private(set) var refusals: [Refusal] = []
    /// Whether the script has other statements in front of its query.
    private(set) var hasVariables = false
    private var names: Set<FoldedName> = []

    init(script: ParsedScript, defaults: NameDefaults) {
        self.script = script
        self.defaults = defaults
    }

    /// Reads the functions.
    ///
    /// - Returns: the text of the query at the end, where it stands; nil when it is another script.
    mutating func read() -> String? {
        guard let last = script.statements.items.last, case .query(let query) = last.statement, last.hint == nil else {
            return nil
        }
        for item in script.statements.items.dropLast() {
            guard item.hint == nil else { return nil }
            switch item.statement {
            case .procedural: hasVariables = true
            case .creation(.routine(.function(let node))):
                guard node.header.scope == .temporary else { return nil }
                read(node)
            case .creation(.routine(.tableFunction(let node))):
                guard node.header.scope == .temporary else { return nil }
                read(node)
            case .query, .manipulation, .transfer, .creation, .alteration, .removal, .permission: return nil
            }
        }
        return script.text(keeping: query.tokens)
    }

    private mutating func read(_ node: CreateFunction) {
        let name = checkedName(node.name, node.header, allowsExisting: node.allowsExisting)
        checkLanguage(node.language, at: node.name.tokens)
        if node.isRemote || node.connection != nil || node.options != nil || node.security != nil
            || node.determinism != nil
        {
            refuse("function.temporary", "it has options", at: node.name.tokens)
        }
        let parameters = parameters(node.parameters, areAggregated: node.isAggregate)
        let result = node.result.flatMap { typeText($0) }
        guard case .expression(let expression)? = node.body else {
            if node.language == nil { refuse("function.temporary", "it has no body in SQL", at: node.name.tokens) }
            return
        }
        let text = script.text(keeping: expression.tokens, after: node.tokens)
        add(name, parameters, .value(type: result), isAggregate: node.isAggregate, text)
    }

    private mutating func read(_ node: CreateTableFunction) {
        let name = checkedName(node.name, node.header, allowsExisting: node.allowsExisting)
        checkLanguage(node.language, at: node.name.tokens)
        if node.options != nil || node.security != nil {
            refuse("function.temporary", "it has options", at: node.name.tokens)
        }
        let parameters = parameters(node.parameters)
        let columns = node.result.map { self.columns($0) }
        guard case .query(let query)? = node.body else {
            if node.language == nil { refuse("function.temporary", "it has no body in SQL", at: node.name.tokens) }
            return
        }
        let isPlain = !parameters.contains(where: \.isTable)
        let text =
            isPlain
            ? script.text(keeping: query.tokens)
            : SQLFunction.text(ofQuery: TokenPrinter.print(script, tokens: query.tokens), parameters)
        add(name, parameters, .table(columns), text)
    }

    private mutating func add(
        _ name: String?,
        _ parameters: [SQLFunction.Parameter],
        _ result: SQLFunction.Result,
        isAggregate: Bool = false,
        _ text: String
    ) {
        guard let name, refusals.isEmpty else { return }
        let function = SQLFunction(
            origin: .temporary(name),
            parameters: parameters,
            result: result,
            isAggregate: isAggregate,
            text: text,
            defaults: defaults,
            temporary: functions
        )
        refusals += function.body.refusals
        functions.append(function)
    }

    // MARK: Names

    private mutating func checkedName(
        _ path: PathExpression,
        _ header: CreateHeader,
        allowsExisting: Bool
    ) -> String? {
        guard path.parts.count == 1, let name = path.parts.first?.name, !name.holdsDot else {
            refuse("function.name", "its name has several parts", at: path.tokens)
            return nil
        }
        if header.replaces || allowsExisting {
            refuse("function.temporary", "there is nothing to replace, and nothing that exists", at: path.tokens)
        }
        if FunctionPolicy.verdict(for: name.uppercased()) != nil {
            refuse("function.name", "it has the name of one of BigQuery's own functions", at: path.tokens)
        }
        // Names that differ in case only may be one for BigQuery.
        if !names.insert(FoldedName(name)).inserted {
            refuse("function.name", "there is another one of its name", at: path.tokens)
        }
        return name
    }

    private mutating func checkLanguage(_ language: Identifier?, at tokens: Range<Int>) {
        guard let language, language.name.uppercased() != "SQL" else { return }
        let isJavaScript = ["JS", "JAVASCRIPT"].contains(language.name.uppercased())
        refusals.append(
            Refusal(
                code: isJavaScript ? "function.javascript" : "function.language",
                message: "`\(script.sourceText(of: tokens))` is a temporary function that is not written in SQL",
                position: script.position(of: tokens.lowerBound),
                fix: isJavaScript
                    ? "write it in SQL; or call a JavaScript function of a dataset, which the operator can allow"
                    : "write it in SQL"
            )
        )
    }

    // MARK: Parameters and types

    private mutating func parameters(
        _ nodes: [RoutineParameter],
        areAggregated: Bool = false
    ) -> [SQLFunction.Parameter] {
        var parameters: [SQLFunction.Parameter] = []
        for node in nodes {
            guard let name = node.name, node.mode == nil, node.alias == nil, node.value == nil,
                areAggregated || !node.isNotAggregate
            else {
                refuse("function.temporary", "this parameter is not understood", at: node.tokens)
                continue
            }
            switch node.kind {
            case .type(let type): parameters.append(.init(name: name.name, kind: .value(type: typeText(type))))
            case .template(.type): parameters.append(.init(name: name.name, kind: .value(type: nil)))
            case .template(.table): parameters.append(.init(name: name.name, kind: .table(columns: nil)))
            case .table(let type):
                parameters.append(.init(name: name.name, kind: .table(columns: columns(type).map(\.name))))
            case .template(.array), .template(.structure), .template(.proto), .template(.enumeration):
                refuse("function.temporary", "this kind of parameter is not offered", at: node.tokens)
            }
        }
        if !SQLFunction.haveNamesOfTheirOwn(parameters) {
            refuse("function.temporary", "two parameters have one name", at: nodes.first?.tokens ?? 0..<0)
        }
        return parameters
    }

    private mutating func columns(_ type: TableTypeName) -> [SQLFunction.ResultColumn] {
        var columns: [SQLFunction.ResultColumn] = []
        for field in type.columns {
            guard let name = field.name else {
                refuse("function.temporary", "a column has no name", at: field.tokens)
                continue
            }
            columns.append(SQLFunction.ResultColumn(name: name.name, type: typeText(field.type)))
        }
        return columns
    }

    /// A type as it is printed; nil, and a reason, for one that values here do not have.
    private mutating func typeText(_ type: TypeName) -> String? {
        guard Self.isPlain(type) else {
            refuse("syntax.type", "this type is not known, or has a length or a collation", at: type.tokens)
            return nil
        }
        return TokenPrinter.print(script, tokens: type.tokens)
    }

    private static func isPlain(_ type: TypeName) -> Bool {
        guard type.parameters.isEmpty, type.collation == nil else { return false }
        switch type.kind {
        case .named(let path):
            return path.parts.count == 1 && TypeNames.known.contains(path.parts[0].name.uppercased())
        case .interval: return true
        case .array(let element), .range(let element): return isPlain(element)
        case .structure(let fields): return fields.allSatisfy { isPlain($0.type) }
        case .function, .map: return false
        }
    }

    private mutating func refuse(_ code: String, _ message: String, at tokens: Range<Int>) {
        refusals.append(
            Refusal(
                code: code,
                message: "this temporary function cannot be used: \(message)",
                position: script.position(of: tokens.lowerBound),
                fix: "write `CREATE TEMP FUNCTION name(parameter TYPE, …) AS (expression);` with a name of its own"
            )
        )
    }
}

extension ParsedScript {
    /// The text with spaces in the place of everything but some tokens, which stay where they are.
    ///
    /// - Parameter statement: the statement that an expression is part of; SELECT takes the place of its CREATE.
    fileprivate func text(keeping tokens: Range<Int>, after statement: Range<Int>? = nil) -> String {
        let kept = byteRange(of: tokens)
        var text: [UInt8] = []
        text.reserveCapacity(kept.upperBound)
        for index in 0..<kept.lowerBound {
            let byte = bytes[index]
            // A character of several bytes is one column.
            if byte & 0xC0 == 0x80 { continue }
            text.append(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? byte : UInt8(ascii: " "))
        }
        if let statement {
            // CREATE is as long as SELECT, and spaces follow it.
            let start = text.count - Self.width(of: bytes[byteRange(of: statement).lowerBound..<kept.lowerBound])
            text.replaceSubrange(start..<start + 6, with: "SELECT".utf8)
        }
        return String(decoding: text + bytes[kept], as: UTF8.self)
    }

    private static func width(of bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }
}
