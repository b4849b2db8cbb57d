package io.releve.check;

import io.releve.agent.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Whether a TCP connection to a port can be made. It is closed at once and nothing is sent.
 *
 * @param host name or address to connect to; a name is looked up at each check
 * @param port the port, 1 to 65535
 */
public record TcpCheck(String host, int port) implements HealthCheck {

    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException if the host is blank or the port out of range
     */
    public TcpCheck {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host to check is blank");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the port to check is " + port + ", not 1 to 65535");
        }
    }

    @Override
    public Outcome check(Duration limit) throws InterruptedException {
        int millis = (int) Math.min(limit.toMillis(), Integer.MAX_VALUE);
        if (millis < 1) {
            return Outcome.failed("no time was left to connect to " + this);
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            return Outcome.failed("the name '" + host + "' has no address");
        }
        // A channel, because connecting on its socket can be interrupted.
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(address, millis);
            return Outcome.ok();
        } catch (SocketTimeoutException e) {
            return Outcome.failed("no connection to " + this + " within " + millis + " ms");
        } catch (ClosedByInterruptException e) {
            throw interrupted();
        } catch (ConnectException e) {
            return Outcome.notRunning("nothing listens on " + this + ": " + e.getMessage());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted();
            }
            return Outcome.failed("no connection to " + this + ": " + e.getMessage());
        }
    }

    private InterruptedException interrupted() {
        // The exception takes the place of the thread's flag.
        Thread.interrupted();
        return new InterruptedException("interrupted while connecting to " + this);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
