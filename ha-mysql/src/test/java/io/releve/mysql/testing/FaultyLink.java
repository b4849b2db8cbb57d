package io.releve.mysql.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

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

    /**
     * COM_QUERY and the statement. Where both sides know query attributes (MySQL from 8.0.23), the number of attributes and
     * of sets of them, 0 and 1, stands in between.
     */
    private static final Pattern COMMIT = Pattern.compile("\u0003(\u0000\u0001)?commit", Pattern.CASE_INSENSITIVE);

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> doomed = ConcurrentHashMap.newKeySet();
    private volatile Order order = Order.NOTHING;

    private record Order(Fault fault, Pattern trigger) {
        static final Order NOTHING = new Order(Fault.NONE, Pattern.compile(""));

        boolean isTriggeredBy(byte[] request, int length) {
            return trigger.matcher(new String(request, 0, length, StandardCharsets.ISO_8859_1))
                    .find();
        }
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
        order = new Order(how, Pattern.compile(Pattern.quote(when), Pattern.CASE_INSENSITIVE));
    }

    /** With the next COMMIT, whichever way the driver and the server agreed to send statements. */
    public void failCommit(Fault how) {
        order = new Order(how, COMMIT);
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
                boolean triggered = now.isTriggeredBy(buffer, length);
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
