// swift-tools-version: 6.2
import PackageDescription

// A package of its own: it is built with `--sanitize=fuzzer`, which nothing else can be linked with.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "scrim", path: "../..")],
    targets: [
        .executableTarget(name: "FuzzParser", dependencies: [.product(name: "GoogleSQL", package: "scrim")])
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
