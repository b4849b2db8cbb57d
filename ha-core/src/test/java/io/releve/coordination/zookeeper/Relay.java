package io.releve.coordination.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** A network between one client and the server, which can be cut: connections break, and new ones are refused. */
final class Relay implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Duration patience;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private final Lock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private boolean held;

    Relay(int target) {
        this(target, Duration.ZERO);
    }

    /**
     * A relay to a port.
     *
     * @param patience how long it keeps those waiting who come before the target listens; then they are sent away
     */
    Relay(int target, Duration patience) {
        this.target = target;
        this.patience = patience;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void cut() {
        cut = true;
        sockets.forEach(Relay::close);
    }

    void restore() {
        cut = false;
    }

    /** Lets nothing pass, and breaks nothing: like a cable that was pulled. */
    void hold() {
        setHeld(true);
    }

    /** Lets pass what was held up, and what follows. */
    void release() {
        setHeld(false);
    }

    private void setHeld(boolean hold) {
        lock.lock();
        try {
            held = hold;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReleased() {
        lock.lock();
        try {
            while (held) {
                released.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            if (cut) {
                close(client);
                continue;
            }
            start("connect", () -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = toTarget(client);
        if (server == null) {
            close(client);
            return;
        }
        sockets.add(client);
        sockets.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        if (cut) {
            close(client);
            close(server);
        }
        start("up", () -> copy(client, server));
        copy(server, client);
    }

    private Socket toTarget(Socket client) {
        long begin = System.nanoTime();
        while (!cut && !client.isClosed()) {
            try {
                awaitReleased();
                return new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException e) {
                if (System.nanoTime() - begin >= patience.toNanos()) {
                    return null;
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
        return null;
    }

    private void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[65536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitReleased();
                out.write(buffer, 0, n);
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void start(String what, Piece piece) {
        Thread thread = new Thread(
                () -> {
                    try {
                        piece.run();
                    } catch (IOException e) {
                        // a socket was closed: that is what this class is for
                    }
                },
                "relay-" + listener.getLocalPort() + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is closed
        }
    }

    @Override
    public void close() {
        release();
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Piece {
        void run() throws IOException;
    }
}
