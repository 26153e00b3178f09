extension JSONReader {
    /// A string; `nil` when absent.
    public mutating func optionalString(_ key: String) throws(JSONError) -> String? {
        try optional(key, "a string", \.stringValue)
    }

    /// A string.
    public mutating func string(_ key: String) throws(JSONError) -> String {
        try required(key, optionalString(key))
    }

    /// A whole number; `nil` when absent.
    public mutating func optionalInteger(_ key: String) throws(JSONError) -> Int64? {
        try optional(key, "a whole number", \.integerValue)
    }

    /// A whole number.
    public mutating func integer(_ key: String) throws(JSONError) -> Int64 {
        try required(key, optionalInteger(key))
    }

    /// A whole number written as a string of digits, as Google's APIs write `int64`, or as a number; `nil` when
    /// absent.
    public mutating func optionalIntegerText(_ key: String) throws(JSONError) -> Int64? {
        try optional(key, "a whole number in a string") { $0.stringValue.flatMap { Int64($0) } ?? $0.integerValue }
    }

    /// A number; `nil` when absent.
    public mutating func optionalDouble(_ key: String) throws(JSONError) -> Double? {
        try optional(key, "a number", \.doubleValue)
    }

    /// A number.
    public mutating func double(_ key: String) throws(JSONError) -> Double {
        try required(key, optionalDouble(key))
    }

    /// A truth value; `nil` when absent.
    public mutating func optionalBool(_ key: String) throws(JSONError) -> Bool? {
        try optional(key, "a boolean", \.boolValue)
    }

    /// A truth value.
    public mutating func bool(_ key: String) throws(JSONError) -> Bool {
        try required(key, optionalBool(key))
    }

    /// The elements of an array; `nil` when absent.
    public mutating func optionalArray(_ key: String) throws(JSONError) -> [JSONValue]? {
        try optional(key, "an array", \.arrayValue)
    }

    /// The elements of an array.
    public mutating func array(_ key: String) throws(JSONError) -> [JSONValue] {
        try required(key, optionalArray(key))
    }

    /// A reader of an object; `nil` when absent.
    public mutating func optionalObject(_ key: String) throws(JSONError) -> JSONReader? {
        try optional(key, "an object", \.objectValue).map { JSONReader($0, path: path(of: key)) }
    }

    /// A reader of an object.
    public mutating func object(_ key: String) throws(JSONError) -> JSONReader {
        try required(key, optionalObject(key))
    }

    /// Readers of an array's elements, which must all be objects; `nil` when absent.
    public mutating func optionalObjects(_ key: String) throws(JSONError) -> [JSONReader]? {
        guard let values = try optionalArray(key) else { return nil }
        var readers: [JSONReader] = []
        for (position, value) in values.enumerated() {
            readers.append(try JSONReader(value, path: "\(path(of: key))[\(position)]"))
        }
        return readers
    }

    /// Readers of an array's elements, which must all be objects.
    public mutating func objects(_ key: String) throws(JSONError) -> [JSONReader] {
        try required(key, optionalObjects(key))
    }

    /// An array of strings; `nil` when absent.
    public mutating func optionalStrings(_ key: String) throws(JSONError) -> [String]? {
        guard let values = try optionalArray(key) else { return nil }
        var strings: [String] = []
        for (position, value) in values.enumerated() {
            guard let string = value.stringValue else {
                throw JSONError(
                    .wrongType,
                    "\(Self.quoted("\(path(of: key))[\(position)]")) must be a string, not \(value.kind)"
                )
            }
            strings.append(string)
        }
        return strings
    }

    /// An array of strings.
    public mutating func strings(_ key: String) throws(JSONError) -> [String] {
        try required(key, optionalStrings(key))
    }
}
