import NIOCore
import NIOPosix

/// A client that sends and never reads.
struct ClientSocket {
    private let channel: any Channel

    static func connect(_ port: Int) async throws -> ClientSocket {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port).get()
        return ClientSocket(channel: channel)
    }

    func write(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func close() async throws {
        do {
            try await channel.close()
        } catch ChannelError.alreadyClosed {}
    }
}
