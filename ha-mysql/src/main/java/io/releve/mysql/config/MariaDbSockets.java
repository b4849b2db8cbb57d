package io.releve.mysql.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of MariaDB Connector/J, which makes this by its name. Not for applications.
 *
 * <p>Thread-safe.
 */
public final class MariaDbSockets extends SocketFactory {

    /** The connection that this thread is opening, if it is one whose socket is wanted. */
    private static final ThreadLocal<@Nullable Opening> OPENING = new ThreadLocal<>();

    /** Called by the driver. */
    public MariaDbSockets() {}

    /** A connection that is being opened by this thread; closed when it is open. */
    static final class Opening implements AutoCloseable {

        private @Nullable Socket socket;

        /** The socket that the driver has asked for; null if it has not asked. */
        @Nullable
        Socket socket() {
            return socket;
        }

        @Override
        public void close() {
            OPENING.remove();
        }
    }

    /** From now on this thread's socket is noted. */
    static Opening opening() {
        Opening opening = new Opening();
        OPENING.set(opening);
        return opening;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        Opening opening = OPENING.get();
        if (opening != null) {
            opening.socket = socket;
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("the driver connects its sockets itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }
}
