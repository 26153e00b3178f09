import Catalog
import GoogleSQL

extension Rewrite {
    /// The quoted path of a table.
    ///
    /// Where the query, or one around it, calls a table or a common table expression as the project is called,
    /// `project.dataset.table` in a subquery would be an array of that one's rows. A path of one part, as in one pair of
    /// backticks, is always a table (<https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#unnest_operator>).
    func path(of masks: TableMasks) -> String {
        let id = masks.schema.id
        guard isAlias(id.project) else { return masks.path }
        return quotedIdentifier("\(id.project).\(id.dataset).\(id.table)")
    }

    private func isAlias(_ name: String) -> Bool {
        if session.aliasesAround.contains(name.lowercased()) { return true }
        return names.find(FoldedName(name)).map { walk.frames.holds($0) } ?? false
    }

    /// The aliases of this text and of those around it, in lower case: what the texts of views below it stand among.
    var aliasesAroundViews: Set<String> {
        session.aliasesAround.union(walk.frames.names.map { names.text(of: $0) })
    }

    /// Whether a view reads a table whose name the caller is not told.
    func readsHidden(_ view: ExpandedView) -> Bool {
        let hidden = session.snapshot.hidden
        return view.sources.schemas.keys.contains { hidden.contains($0) }
            || view.sources.wildcards.keys.contains { hidden.contains($0) }
    }

    /// The edits of the text that the caller may see.
    var shownEdits: [TokenEdit] {
        edits.enumerated().map { index, edit in
            shownTexts[index].map { TokenEdit(tokens: edit.tokens, text: $0) } ?? edit
        }
    }
}
