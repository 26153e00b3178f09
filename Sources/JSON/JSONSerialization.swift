extension JSONValue {
    /// The document as UTF-8 bytes: no white space, members in their order, the shortest digits that read back as the
    /// same double.
    ///
    /// JSON has no NaN and no infinity; such a double is written as `null`. What must survive, as a cell of a result
    /// must, is made a string before it comes here.
    public func serialized() -> [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    /// ``serialized()`` as a string.
    public var text: String { String(decoding: serialized(), as: UTF8.self) }

    /// Appends the document to bytes that are being collected.
    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: value.description.utf8)
        case .double(let value): output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): JSONText.write(value, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (position, value) in values.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members): members.write(to: &output)
        }
    }
}

extension JSONObject {
    /// The object as UTF-8 bytes, as ``JSONValue/serialized()`` writes it.
    public func serialized() -> [UInt8] { JSONValue.object(self).serialized() }

    func write(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (position, member) in enumerated() {
            if position > 0 { output.append(UInt8(ascii: ",")) }
            JSONText.write(member.key, to: &output)
            output.append(UInt8(ascii: ":"))
            member.value.write(to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
