package io.releve.examples.lab;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes connections on: whatever arrives at one socket goes to another, over TCP or Unix-domain sockets. A browser
 * outside a {@link Sandbox} reaches the virtual IP inside through two of these.
 *
 * <p>Thread-safe.
 */
public final class Relay implements AutoCloseable {

    private final ServerSocketChannel server;
    private final Target target;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    /** Connects to wherever the service is now. */
    @FunctionalInterface
    public interface Target {
        /**
         * Opens a connection.
         *
         * @throws IOException if the service is nowhere; the connection that came in is then closed
         */
        SocketChannel connect() throws IOException;
    }

    private Relay(ServerSocketChannel server, Target target) {
        this.server = server;
        this.target = target;
    }

    /**
     * Begins to accept.
     *
     * @param server bound already
     * @param target where connections go
     */
    public static Relay start(ServerSocketChannel server, Target target) {
        Relay relay = new Relay(server, target);
        daemon("relay-accept", relay::accept);
        return relay;
    }

    /** Where it accepts. */
    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                SocketChannel in = server.accept();
                open.add(in);
                daemon("relay-connect", () -> join(in));
            }
        } catch (IOException e) {
            close(); // The server socket was closed; there is nothing left to accept.
        }
    }

    private void join(SocketChannel in) {
        try {
            SocketChannel out = target.connect();
            open.add(out);
            Thread back = daemon("relay-back", () -> copy(out, in));
            copy(in, out);
            back.join();
            end(out);
            end(in);
        } catch (IOException e) {
            end(in); // The service is nowhere: to the caller, a closed connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            end(from);
            end(to);
        }
    }

    private void end(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            // Closed is all that it should be.
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Stops accepting and ends all connections. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // Closed is all that it should be.
        }
        open.forEach(this::end);
    }
}
