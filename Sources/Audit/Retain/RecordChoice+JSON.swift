public import JSON

extension RecordChoice {
    /// The choice as an entry has it: a member for what is named.
    func json(within fields: inout EntryFields, as name: String) -> JSONObject {
        var object = JSONObject()
        let texts = [("session", session), ("person", person), ("job", job), ("from", from), ("to", to)]
        for (key, text) in texts {
            object[key] = text.map {
                fields.bounded($0, as: "\(name).\(key)", bytesMax: EntryFields.Share.jobID)
            }
        }
        object["entry"] = entry.map { .integer($0) }
        return object
    }

    /// The choice that an entry has; null when a member is unknown, so that nothing is taken for less than it says.
    init?(_ json: JSONValue?) {
        guard let object = json?.objectValue else { return nil }
        for (key, value) in object {
            switch key {
            case "session": session = value.stringValue
            case "person": person = value.stringValue
            case "job": job = value.stringValue
            case "from": from = value.stringValue
            case "to": to = value.stringValue
            case "entry": entry = value.integerValue
            default: return nil
            }
        }
        guard self.json == .object(object) else { return nil }
    }

    /// The same for machines.
    public var json: JSONValue {
        var fields = EntryFields()
        return .object(json(within: &fields, as: "choice"))
    }
}
