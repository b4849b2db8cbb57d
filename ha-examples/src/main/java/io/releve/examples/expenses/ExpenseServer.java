package io.releve.examples.expenses;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The expense-report application on one address: a page for people, a JSON interface for programs, {@code /health} for
 * the cluster's monitor.
 *
 * <p>Thread-safety: start and stop from one thread at a time.
 */
public final class ExpenseServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExpenseServer.class);
    private static final long STOP_MILLIS = 500;

    private final String host;
    private final Server server;
    private final ServerConnector connector;
    private final GracefulHandler requests;

    /**
     * Prepares the server; nothing listens yet.
     *
     * @param node the name that the page shows as the one who answered
     * @param host the address to listen on; {@code 0.0.0.0} for all
     * @param port the port to listen on; 0 for any free one
     * @param database where the reports go
     * @param clock tells today's date
     */
    public ExpenseServer(String node, String host, int port, DataSource database, Clock clock) {
        this.host = host;
        QueuedThreadPool threads = new QueuedThreadPool(24, 4);
        threads.setName("expenses");
        threads.setDaemon(true);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        server.addConnector(connector);
        requests = new GracefulHandler(new ExpenseHandler(node, new ExpenseStore(database, node), clock));
        server.setHandler(requests);
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the address is not there or the port is taken; the message says which and what to do
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException(explain(e), e);
        }
    }

    private String explain(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (why.contains("in use")) {
            return "port " + connector.getPort() + " of " + host + " is in use by another process; stop it or choose"
                    + " another port (parameter port)";
        }
        if (why.contains("assign")) {
            return "the address " + host + " is not on this host; start the virtual IP before the web application"
                    + " (put both in one group)";
        }
        return "the web application cannot listen on " + host + ":" + connector.getPort() + ": " + why;
    }

    /** The port that it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Whether it listens. */
    public boolean isRunning() {
        return server.isRunning() && connector.isOpen();
    }

    /** Stops listening, lets running requests end for half a second, then ends them. */
    @Override
    public void close() {
        try {
            // Not Jetty's own time-out at stop: that waits for idle connections too, which browsers keep for minutes.
            requests.shutdown().get(STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.info("Requests that run for longer than {} ms are ended", STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the web application on " + host + ":" + connector.getPort() + " did not stop: " + e, e);
        }
    }
}
