package io.releve.mysql.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server that breaks as the test says. Each connection has two threads, which end with it. */
public final class FaultyLink implements AutoCloseable {

    /** What happens to what the client sends. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** The request with the trigger in it never arrives, and the connection is reset. */
        RESET_BEFORE,
        /** The request with the trigger in it arrives, and its answer does not: the connection is reset. */
        RESET_AFTER,
        /** Nothing passes any more, in either direction, and nobody is told. */
        BLACK_HOLE
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> doomed = ConcurrentHashMap.newKeySet();
    private volatile Order order = Order.NOTHING;

    private record Order(Fault fault, String trigger) {
        static final Order NOTHING = new Order(Fault.NONE, "");
    }

    /** A link to a port of this machine. */
    public FaultyLink(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** From now on; a fault with a trigger happens once. */
    public void fail(Fault how, String when) {
        order = new Order(how, when);
    }

    public void heal() {
        order = Order.NOTHING;
    }

    private static void start(String what, Runnable work) {
        Thread thread = new Thread(work, "faulty-link-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                start("request", () -> requests(client, server));
                start("answer", () -> answers(client, server));
            }
        } catch (IOException closed) {
            // the test is over, or the server is gone
        }
    }

    private void requests(Socket client, Socket server) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                Order now = order;
                boolean triggered = new String(buffer, 0, length, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .contains(now.trigger);
                if (now.fault == Fault.BLACK_HOLE) {
                    continue;
                }
                if (now.fault == Fault.RESET_BEFORE && triggered) {
                    heal();
                    break;
                }
                if (now.fault == Fault.RESET_AFTER && triggered) {
                    // From here on the answers of this connection go nowhere; the first one ends it.
                    doomed.add(server);
                    heal();
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException ended) {
            // by either side
        }
        reset(client, server);
    }

    private void answers(Socket client, Socket server) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                if (doomed.contains(server)) {
                    break;
                }
                if (order.fault != Fault.BLACK_HOLE) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException ended) {
            // by either side
        }
        if (order.fault != Fault.BLACK_HOLE) {
            reset(client, server);
        }
    }

    private void reset(Socket... both) {
        for (Socket socket : both) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException alreadyClosed) {
                // as wanted
            }
            sockets.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        reset(sockets.toArray(new Socket[0]));
    }
}
