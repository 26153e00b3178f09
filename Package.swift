// swift-tools-version: 6.2
import PackageDescription

// Targets are listed lowest first. A target may depend only on targets above it; `LayoutTests` enforces the order.
let package = Package(
    name: "scrim",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "scrim", targets: ["scrim"]),
        // For the nested packages `Tests/Benchmarks` and `Tests/Fuzz`.
        .library(name: "GoogleSQL", targets: ["GoogleSQL"]),
        .library(name: "Masking", targets: ["Catalog", "Cryptography", "Masking"]),
        .library(name: "Audit", targets: ["Audit", "Cryptography"]),
        .library(name: "RowStream", targets: ["Catalog", "JSON", "RowStream"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // MARK: System libraries
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CJSONC", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // MARK: Values and mathematics
        .target(name: "Locks"),
        .target(name: "Zlib", dependencies: ["CZlib"]),
        .testTarget(name: "ZlibTests", dependencies: ["Zlib"]),
        .target(name: "GoogleSQL"),
        .testTarget(
            name: "GoogleSQLTests",
            dependencies: ["GoogleSQL"],
            resources: [.copy("Golden"), .copy("Regressions")]
        ),
        .target(name: "Catalog"),
        .target(name: "RowStream", dependencies: ["Catalog"]),
        .target(name: "JSON", dependencies: ["CJSONC"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .target(name: "Cryptography", dependencies: ["COpenSSL"]),
        .testTarget(
            name: "CryptographyTests",
            dependencies: ["Cryptography", "JSON"],
            resources: [.copy("Wycheproof")]
        ),
        .target(name: "TransparencyLog", dependencies: ["Cryptography"]),
        .testTarget(name: "TransparencyLogTests", dependencies: ["Cryptography", "TransparencyLog"]),
        .target(name: "MCP", dependencies: ["Cryptography", "JSON"]),
        .testTarget(name: "MCPTests", dependencies: ["Cryptography", "MCP", "JSON"]),

        // MARK: One concern each
        .target(name: "HTTPTransport", dependencies: ["CCurl", "Locks"]),
        .testTarget(name: "HTTPTransportTests", dependencies: ["HTTPTransport"]),
        .target(
            name: "Masking",
            dependencies: [
                "Catalog", "Cryptography", "GoogleSQL", "Locks", .product(name: "Yams", package: "Yams"),
            ]
        ),
        .testTarget(name: "MaskingTests", dependencies: ["Catalog", "Cryptography", "GoogleSQL", "Masking"]),
        .target(name: "Audit", dependencies: ["Cryptography", "JSON", "Locks", "TransparencyLog", "Zlib"]),
        .testTarget(name: "AuditTests", dependencies: ["Audit", "Cryptography", "JSON", "Locks", "TransparencyLog"]),
        .target(
            name: "Anchoring",
            dependencies: ["Audit", "Cryptography", "HTTPTransport", "Locks", "TransparencyLog"]
        ),
        .target(
            name: "AuditIndex",
            dependencies: [
                "Audit", "Cryptography", "JSON", "TransparencyLog", .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "AuditIndexTests",
            dependencies: [
                "Audit", "AuditIndex", "Cryptography", "JSON", "Locks", .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .target(name: "Identity", dependencies: ["Cryptography", "HTTPTransport", "JSON", "Locks"]),
        .testTarget(
            name: "IdentityTests",
            dependencies: ["COpenSSL", "Cryptography", "HTTPTransport", "Identity", "JSON", "Locks"],
            resources: [.copy("Wycheproof")]
        ),
        .target(
            name: "BigQuery",
            dependencies: [
                "Audit", "Catalog", "Cryptography", "GoogleSQL", "HTTPTransport", "JSON", "Locks", "Masking",
            ]
        ),
        .testTarget(
            name: "BigQueryTests",
            dependencies: ["Audit", "BigQuery", "Catalog", "HTTPTransport", "JSON", "Masking"]
        ),
        .target(
            name: "Evidence",
            dependencies: ["Audit", "BigQuery", "Catalog", "Cryptography", "JSON", "Masking", "TransparencyLog"]
        ),
        .testTarget(
            name: "EvidenceTests",
            dependencies: ["Audit", "BigQuery", "Cryptography", "Evidence", "JSON", "Locks", "Masking"]
        ),
        .target(
            name: "Tagging",
            dependencies: ["Audit", "BigQuery", "Catalog", "Cryptography", "JSON", "Masking"]
        ),
        // Its oracle is the conversion of whole pages.
        .testTarget(name: "RowStreamTests", dependencies: ["BigQuery", "Catalog", "JSON", "RowStream"]),
        // For tests alone: pages from files, converted as they would be while they arrive.
        .executableTarget(
            name: "RowStreamFixture",
            dependencies: ["BigQuery", "Catalog", "JSON", "RowStream"],
            path: "Tests/RowStreamFixture"
        ),
        .testTarget(
            name: "TaggingTests",
            dependencies: ["Audit", "BigQuery", "Catalog", "JSON", "Masking", "Tagging"]
        ),
        .target(name: "Reconciliation", dependencies: ["Audit", "BigQuery", "JSON"]),
        .testTarget(
            name: "ReconciliationTests",
            dependencies: ["Audit", "BigQuery", "JSON", "Reconciliation"]
        ),

        // MARK: The path of one request
        .target(
            name: "Gate",
            dependencies: [
                "Audit", "BigQuery", "Catalog", "Cryptography", "GoogleSQL", "Identity", "JSON", "Locks", "Masking",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "GateTests",
            dependencies: [
                "BigQuery", "Catalog", "Gate", "JSON", "Masking", .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "Server",
            dependencies: [
                "Gate", "Identity", "JSON", "Locks", "MCP",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Cryptography", "JSON", "MCP", "Server",
                .product(name: "Hummingbird", package: "hummingbird"),
            ]
        ),
        // For tests alone: the protocol under the names that the official conformance suite asks for.
        .executableTarget(
            name: "MCPFixture",
            dependencies: [
                "Cryptography", "JSON", "MCP", "Server",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Tests/MCPFixture"
        ),
        .executableTarget(
            name: "scrim",
            dependencies: [
                "Anchoring", "Audit", "AuditIndex", "BigQuery", "CLinux", "Catalog", "Cryptography", "Evidence",
                "Gate", "GoogleSQL",
                "HTTPTransport", "Identity", "JSON",
                "MCP", "Masking", "Reconciliation", "Server", "Tagging",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        // MARK: The tree itself
        .testTarget(name: "LayoutTests"),
    ]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335
        .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
        .strictMemorySafety(),  // SE-0458
        .treatAllWarnings(as: .error),  // SE-0443
    ]
}
