internal import CJSONC

/// A document as json-c holds it: the one owner of its tree.
@safe
final class JSONDocument {
    private let root: OpaquePointer?

    /// Parses bytes that ``JSONCheck`` has passed.
    init(checked bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        // json-c counts the scalar inside the innermost array as a level, and keeps one in hand.
        guard let tokener = unsafe json_tokener_new_ex(Int32(limits.depthMax) + 2) else {
            throw JSONError(.limit, "no memory is left for a document")
        }
        defer { unsafe json_tokener_free(tokener) }
        unsafe scrim_json_tokener_make_strict(tokener)
        var root = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_tokener_parse_ex(tokener, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
        }
        if unsafe json_tokener_get_error(tokener) == json_tokener_continue {
            // A number at the very end is complete only once something follows it.
            var end: CChar = 0
            unsafe root = json_tokener_parse_ex(tokener, &end, 1)
        }
        guard unsafe json_tokener_get_error(tokener) == json_tokener_success else {
            unsafe json_object_put(root)
            throw JSONError(.syntax, "the document cannot be read")
        }
        unsafe self.root = root
    }

    deinit { unsafe json_object_put(root) }

    /// The whole document as a Swift value.
    var value: JSONValue { unsafe Self.value(of: root) }

    private static func value(of node: OpaquePointer?) -> JSONValue {
        switch unsafe json_object_get_type(node) {
        case json_type_boolean: return unsafe .bool(json_object_get_boolean(node) != 0)
        case json_type_int: return unsafe .integer(json_object_get_int64(node))
        case json_type_double: return unsafe .double(json_object_get_double(node))
        case json_type_string: return unsafe .string(string(of: node))
        case json_type_array: return unsafe .array(elements(of: node))
        case json_type_object: return unsafe .object(members(of: node))
        default: return .null
        }
    }

    private static func string(of node: OpaquePointer?) -> String {
        let count = unsafe Int(json_object_get_string_len(node))
        guard let text = unsafe json_object_get_string(node) else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private static func elements(of node: OpaquePointer?) -> [JSONValue] {
        let count = unsafe json_object_array_length(node)
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        for position in 0..<count {
            unsafe elements.append(value(of: json_object_array_get_idx(node, position)))
        }
        return elements
    }

    private static func members(of node: OpaquePointer?) -> JSONObject {
        var object = JSONObject()
        object.reserve(unsafe Int(json_object_object_length(node)))
        var iterator = unsafe json_object_iter_begin(node)
        while unsafe scrim_json_iterator_at_end(&iterator, node) == 0 {
            if let name = unsafe json_object_iter_peek_name(&iterator) {
                unsafe object.append(String(cString: name), value(of: json_object_iter_peek_value(&iterator)))
            }
            unsafe json_object_iter_next(&iterator)
        }
        return object
    }
}

extension JSONValue {
    /// Reads a document.
    ///
    /// Refused, beside what RFC 8259 does not allow: two members of one name, NUL in a name, text that is no UTF-8,
    /// surrogates without their other half, integers beyond 64 bits, numbers beyond a double, and more bytes or levels
    /// than the limits say.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        try JSONCheck.check(bytes, limits: limits)
        self = try JSONDocument(checked: bytes, limits: limits).value
    }

    /// Reads a document from text, as ``init(parsing:limits:)`` does from bytes.
    public init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

extension JSONValue {
    /// Whether the bytes are one object that ``init(parsing:limits:)`` reads, without reading it: for checks of millions.
    public static func isObject(_ bytes: [UInt8], limits: JSONLimits = .standard) -> Bool {
        guard bytes.first == UInt8(ascii: "{") else { return false }
        return (try? JSONCheck.check(bytes, limits: limits)) != nil
    }
}
