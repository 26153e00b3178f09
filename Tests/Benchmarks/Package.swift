// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that neither users nor `make test` build it.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "scrim", path: "../..")],
    targets: [
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                .product(name: "GoogleSQL", package: "scrim"),
                .product(name: "Masking", package: "scrim"),
            ]
        ),
        .executableTarget(name: "AuditBench", dependencies: [.product(name: "Audit", package: "scrim")]),
    ]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),  // SE-0335
        .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
        .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        .strictMemorySafety(),  // SE-0458
        .treatAllWarnings(as: .error),  // SE-0443
    ]
}
