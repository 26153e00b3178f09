import Testing

/// The order of `docs/architecture.md`: a module imports only modules above it.
@Suite("Import order")
struct ImportOrderTests {
    @Test
    func `every module imports only modules listed above it`() throws {
        let violations = try SourceTree.files(under: "Sources").flatMap { file -> [String] in
            guard let own = Module.order.firstIndex(of: file.module) else {
                return ["\(file.path): module `\(file.module)` is not in the order"]
            }
            return file.imports.compactMap { imported in
                guard let other = Module.order.firstIndex(of: imported) else { return nil }
                return other < own ? nil : "\(file.path) imports `\(imported)`, which is not above `\(file.module)`"
            }
        }
        #expect(violations == [])
    }

    @Test
    func `modules name no other modules than the ones they may use from outside`() throws {
        let violations = try SourceTree.files(under: "Sources").flatMap { file in
            file.imports
                .filter { !Module.order.contains($0) && !(Module.external[file.module] ?? []).contains($0) }
                .map { "\(file.path) imports `\($0)`, which `\(file.module)` does not list" }
        }
        #expect(violations == [])
    }

    @Test
    func `every module of the order has sources`() throws {
        let present = Set(try SourceTree.files(under: "Sources").map(\.module))
        #expect(Set(Module.order).subtracting(Module.systemLibraries) == present)
    }
}

/// The modules of `Sources`, lowest first, and what each takes from outside the repository.
enum Module {
    static let systemLibraries: Set<String> = ["CCurl", "COpenSSL", "CJSONC", "CLinux", "CZlib"]

    static let order = [
        "CCurl", "COpenSSL", "CJSONC", "CLinux", "CZlib", "Locks", "Zlib", "GoogleSQL", "Catalog", "RowStream", "JSON",
        "Cryptography", "TransparencyLog", "MCP", "HTTPTransport", "Masking", "Audit", "Anchoring", "AuditIndex",
        "Identity", "BigQuery", "Evidence", "Tagging", "Reconciliation", "Gate", "Server", "scrim",
    ]

    /// Pure modules take nothing but the standard library; a new name here is a decision, not a detail.
    static let external: [String: Set<String>] = [
        "Locks": ["Foundation"],
        "Zlib": [],
        "GoogleSQL": [],
        "Catalog": [],
        "RowStream": [],
        "JSON": ["Glibc", "Synchronization"],
        "Cryptography": ["Glibc", "Foundation", "FoundationEssentials", "Synchronization"],
        "TransparencyLog": [],
        "MCP": [],
        "HTTPTransport": ["Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Dispatch"],
        "Masking": ["Yams"],
        "Audit": ["Dispatch", "Glibc", "Foundation", "FoundationEssentials", "Synchronization"],
        "Anchoring": ["Dispatch"],
        "AuditIndex": ["Foundation", "Glibc", "GRDB"],
        "Identity": ["Glibc", "Foundation", "FoundationEssentials"],
        "BigQuery": ["Glibc", "Foundation", "FoundationEssentials", "Synchronization"],
        "Evidence": [],
        "Tagging": [],
        "Reconciliation": ["Foundation"],
        "Gate": ["Logging", "Synchronization", "Foundation", "FoundationEssentials"],
        "Server": [
            "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "HTTPTypes", "Hummingbird", "HummingbirdCore",
            "Logging", "NIOCore", "NIOHTTP1", "ServiceLifecycle", "Synchronization",
        ],
        "scrim": [
            "ArgumentParser", "Foundation", "Glibc", "Logging", "ServiceLifecycle", "UnixSignals", "Yams",
            "Synchronization",
        ],
    ]
}
