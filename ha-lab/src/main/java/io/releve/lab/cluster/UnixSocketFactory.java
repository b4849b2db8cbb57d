package io.releve.lab.cluster;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketFactory;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes the driver to a server's Unix socket, which no cut cable can hinder. Named to the driver by its class's name. */
public final class UnixSocketFactory implements SocketFactory {

    /** The driver's property that holds the socket's path. */
    static final String PATH = "unixSocketPath";

    private final ChannelSocket socket = new ChannelSocket();

    /** Made by the driver. */
    public UnixSocketFactory() {}

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the driver's own signature
    public <T extends Closeable> T connect(String host, int port, PropertySet properties, int loginTimeout)
            throws IOException {
        String path = properties.getStringProperty(PATH).getValue();
        socket.connect(UnixDomainSocketAddress.of(Path.of(path)));
        return (T) socket;
    }

    @Override
    public void beforeHandshake() {}

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends Closeable> T performTlsHandshake(
            com.mysql.cj.protocol.SocketConnection connection, ServerSession session) {
        return (T) socket;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends Closeable> T performTlsHandshake(
            com.mysql.cj.protocol.SocketConnection connection, ServerSession session, Log log) {
        return (T) socket;
    }

    @Override
    public void afterHandshake() {}

    /** As much of a socket as the driver uses. */
    private static final class ChannelSocket extends Socket {

        private @Nullable SocketChannel channel;

        @Override
        public void connect(SocketAddress address) throws IOException {
            channel = SocketChannel.open(address);
        }

        @Override
        public InputStream getInputStream() {
            return Channels.newInputStream(Objects.requireNonNull(channel));
        }

        @Override
        public OutputStream getOutputStream() {
            return Channels.newOutputStream(Objects.requireNonNull(channel));
        }

        @Override
        public boolean isConnected() {
            return channel != null;
        }

        @Override
        public void setSoTimeout(int millis) {
            // Whoever asks wants to wait: a frozen server's answer counts when it comes.
        }

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void setKeepAlive(boolean on) {}

        @Override
        public synchronized void close() throws IOException {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
