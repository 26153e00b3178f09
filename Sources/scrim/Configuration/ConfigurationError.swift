/// Why `scrim.yaml`, or something that it names, cannot be used; its text says which key and what to do.
struct ConfigurationError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
