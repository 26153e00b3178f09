import Anchoring
import Audit
import HTTPTransport
import JSON

extension ConfigurationDecoder {
    private static let timeoutDefault: Int64 = 10
    /// Longer, and a required keeper that does not answer would hold up the end of the server.
    private static let timeoutMax: Int64 = 60

    /// Who keeps checkpoints of the audit log outside: a file, webhooks and witnesses.
    func anchors(_ reader: JSONReader?) throws -> (file: String?, others: AnchorSettings) {
        var settings = AnchorSettings()
        guard var reader else { return (nil, settings) }
        let file = try reader.optionalString("file").map { path($0) }
        for webhook in try reader.optionalObjects("webhooks") ?? [] {
            var webhook = webhook
            settings.webhooks.append(try address(&webhook))
            try webhook.finish()
        }
        for witness in try reader.optionalObjects("witnesses") ?? [] {
            var witness = witness
            let text = try witness.string("key")
            let key: WitnessKey
            do throws(AuditError) {
                key = try WitnessKey(text)
            } catch {
                throw witness.invalid("key", error.message)
            }
            settings.witnesses.append((try address(&witness), key))
            try witness.finish()
        }
        guard file != nil || !settings.isEmpty else {
            throw reader.invalid("file", "`file`, `webhooks` or `witnesses` must be there")
        }
        try reader.finish()
        return (file, settings)
    }

    private func address(_ reader: inout JSONReader) throws -> AnchorSettings.Address {
        let text = try reader.string("url")
        let url: HTTPURL
        do throws(HTTPTransportError) {
            url = try HTTPURL(checking: text)
        } catch {
            throw reader.invalid("url", error.message)
        }
        var seconds = Self.timeoutDefault
        if let given = try reader.optionalString("timeout") {
            guard let amount = Quantity.seconds(given), amount <= Self.timeoutMax else {
                throw reader.invalid("timeout", "must be a time of at most 60s")
            }
            seconds = amount
        }
        let isRequired = try reader.optionalBool("required") ?? false
        guard let address = AnchorSettings.Address(url: url, timeout: .seconds(seconds), isRequired: isRequired) else {
            throw reader.invalid("url", "must be https, or http to a loopback address")
        }
        return address
    }
}
