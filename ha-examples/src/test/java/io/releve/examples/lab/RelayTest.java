package io.releve.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayTest {

    @TempDir
    private Path directory;

    @Test
    void shouldPassBytesBothWaysThroughTwoRelays() throws Exception {
        try (ServerSocket echo = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Relay inner = Relay.start(unix(), () -> SocketChannel.open(echo.getLocalSocketAddress()));
                Relay outer = Relay.start(tcp(), () -> SocketChannel.open(inner.address()))) {
            Thread server = new Thread(() -> echo(echo));
            server.start();

            assertThat(ask(outer)).isEqualTo("hello");
            server.join(5_000);
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void shouldCloseTheConnectionWhenTheServiceIsNowhere() throws Exception {
        try (Relay relay = Relay.start(tcp(), () -> {
            throw new IOException("nowhere");
        })) {
            assertThat(ask(relay)).isEmpty();
        }
    }

    private static String ask(Relay relay) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5_000);
            socket.connect(relay.address());
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketException reset) {
            return "";
        }
    }

    private static void echo(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ServerSocketChannel unix() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve("socket")));
    }

    private static ServerSocketChannel tcp() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
}
