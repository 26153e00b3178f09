import Foundation

/// Times operations of this project on texts that it is given: the Swift side of `make bench`.
///
/// It reads a request a line from standard input and answers each with a line, as the peers' workers in `workers/` do:
/// `{"load": [{"kind", "sql"}]}` → `{"accepted": [bool]}` of the parser, and `{"time": operation, "runs": n}` →
/// `{"nanoseconds": [[…]]}`, for each loaded text the CPU time of each run.
@main
enum Benchmarks {
    private struct Request: Decodable {
        let load: [BenchmarkText]?
        let time: Operation?
        let runs: Int?
    }

    private struct Answer: Encodable {
        var accepted: [Bool]?
        var nanoseconds: [[UInt64]]?
    }

    static func main() throws {
        let bench = try Bench()
        var texts: [BenchmarkText] = []
        while let line = readLine() {
            let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
            var answer = Answer()
            if let given = request.load {
                texts = given
                answer.accepted = texts.map(bench.accepts)
            }
            if let operation = request.time {
                answer.nanoseconds = texts.map { bench.times(operation, $0, runs: request.runs ?? 1) }
            }
            try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(answer) + [UInt8(ascii: "\n")])
        }
    }
}
