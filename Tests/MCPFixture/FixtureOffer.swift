import Cryptography
import Foundation
import JSON
import MCP
import Server

/// What the fixture offers: the names that the conformance suite asks for, answered as its scenarios describe them.
enum FixtureOffer {
    /// Where the tools that change a list announce it.
    static let hub = ChangeHub(kinds: [.toolsList, .promptsList, .resourcesList, .resource])

    static var offer: ServerOffer<FixtureCaller> {
        var offer = ServerOffer(
            software: ServerSoftware(name: "scrim-fixture", title: "Scrim's fixture", version: "0.1.0"),
            instructions: "for tests of the protocol alone",
            tools: FixtureTools.plain + FixtureTools.rounds + FixtureTools.legacy + FixtureTools.own
        )
        offer.resources = FixtureResources.offer
        offer.prompts = FixturePrompts.all
        offer.complete = FixturePrompts.complete
        offer.changes = ChangeOffer(hub) { uri, _ in uri.hasPrefix("test://") }
        offer.sealing = sealing
        offer.acknowledgesLogging = true
        offer.acknowledgesSubscriptions = true
        offer.progressInterval = .zero
        return offer
    }

    private static var sealing: StateSealing<FixtureCaller>? {
        guard let ring = try? KeyRing.generate(now: Date()) else { return nil }
        return StateSealing(RequestStateSeal(ring: ring), subject: \.name)
    }

    /// The smallest picture and the smallest sound.
    static let picture = decoded(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
    )
    static let sound = decoded("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==")

    private static func decoded(_ text: String) -> [UInt8] { (try? Base64.decode(text)) ?? [] }
}
