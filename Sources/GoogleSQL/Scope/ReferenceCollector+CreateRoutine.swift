/// CREATE of routines, models, indexes, policies, graphs, entities.
extension ReferenceCollector {
    mutating func visit(_ statement: CreateRoutine, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
