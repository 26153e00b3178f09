import Catalog
import Testing

@testable import Masking

@Suite("Parameters")
struct ParameterTests {
    private func parameter(_ name: String) -> QueryParameter {
        QueryParameter(name: name, type: .scalar(.string), value: .scalar("x"))
    }

    @Test
    func `named parameters go through as they are, whatever their case`() throws {
        let masked = try Bank.rewrite("SELECT @Kind, @kind FROM branches", [parameter("kind")])
        #expect(masked.parameters.map(\.name) == ["kind"])
        #expect(masked.sql.hasPrefix("SELECT @Kind, @kind FROM"))
    }

    @Test
    func `positional parameters are sent as named ones in their order`() throws {
        let masked = try Bank.rewrite("SELECT ?, ? FROM branches WHERE city = ?", ["", "", ""].map(parameter))
        #expect(masked.sql.hasPrefix("SELECT @p1, @p2 FROM"))
        #expect(masked.sql.hasSuffix("WHERE city = @p3"))
        #expect(masked.parameters.map(\.name) == ["p1", "p2", "p3"])
    }

    @Test(
        arguments: [
            ("SELECT @x", [], ["parameter.undeclared"]), ("SELECT @`\\x78`", ["y"], ["parameter.undeclared"]),
            ("SELECT ?", [], ["parameter.undeclared"]), ("SELECT ?, ?", [""], ["parameter.undeclared"]),
            ("SELECT ?", ["", ""], ["parameter.count"]), ("SELECT ?", ["x"], ["parameter.mixed"]),
            ("SELECT @p1", [""], ["parameter.undeclared"]), ("SELECT 1", ["x", ""], ["parameter.mixed"]),
            ("SELECT 1", ["X", "x"], ["parameter.duplicate"]), ("SELECT 1", ["scrim_a"], ["parameter.reserved"]),
            ("SELECT 1", ["SCRIM_a"], ["parameter.reserved"]),
            ("SELECT @scrim_abababababababababababababababab_1i", [], ["parameter.undeclared"]),
            ("SELECT 1 FROM @x", ["x"], ["syntax.invalid"]),
        ] as [(String, [String], [String])]
    )
    func `what was not declared, is reserved or is mixed is refused`(sql: String, names: [String], codes: [String])
        throws
    {
        #expect(try Bank.codes(sql, names.map(parameter)) == codes)
    }

    @Test
    func `the order is that of the text, wherever a clause stands`() throws {
        let sql = "WITH c AS (SELECT ? AS a) SELECT ?, a FROM c JOIN (SELECT ? AS b) ON a = ? WHERE b = ? LIMIT ?"
        let text = try Bank.rewrite(sql, Array(repeating: "", count: 6).map(parameter)).sql
        let numbers = text.split(separator: "@p").dropFirst().compactMap { $0.first?.wholeNumberValue }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    @Test
    func `unescaped names are compared`() throws {
        #expect(try Bank.codes("SELECT @`\\x78` FROM branches", [parameter("x")]) == [])
    }
}
