package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a server that somebody else runs. The agent has taken it on, or it does not run as far as the cluster is concerned: which
 * life of it was taken on stands in a file of the instance's directory, through restarts of the JVM, until a stop. Whoever
 * restarts the server in between thereby ends what was taken on, and the next start looks at everything anew.
 *
 * <p>Which life it is say the number of its process, and the second of its start by its own clock.
 */
final class AttachedSupervisor implements Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedSupervisor.class);

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    /** The watching session waits for as long as the server lives. */
    private static final Duration UNLIMITED = Duration.ofDays(20);

    private static final long LOOK_AGAIN_NANOS = 100_000_000;

    private final AgentSettings settings;
    private final MySqlServer self;
    private final InstanceFiles files;
    private final AttachedSetup setup;
    private final AttachedClosing closing;
    private volatile @Nullable AttachedServer known;
    private volatile @Nullable Path data;
    private volatile String absence = "is not taken on";

    AttachedSupervisor(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
        this.files = settings.files();
        this.setup = new AttachedSetup(settings, self);
        this.closing = new AttachedClosing(settings, self, this::listens);
    }

    MySqlServer server() {
        return self;
    }

    @Override
    public List<Outcome> problems() {
        return Preflight.writable(files.directory(), "directory").stream().toList();
    }

    // --- whether it runs ------------------------------------------------------------------------------------------

    @Override
    public Optional<RunningServer> find() throws IOException {
        AttachedServer present = known;
        if (present != null && present.isWatched()) {
            return Optional.of(present);
        }
        Optional<String> taken = taken();
        if (taken.isEmpty()) {
            absence = "is not taken on; a start of the resource does that";
            return Optional.empty();
        }
        if (!listens()) {
            absence = "is down, nobody listens at its port; start it: the agent does not";
            return Optional.empty();
        }
        try {
            AttachedServer found = watch(LOOK_LIMIT);
            if (found.life().equals(taken.get())) {
                known = found;
                return Optional.of(found);
            }
            found.close();
            absence = "was started anew by somebody else (" + found.life() + "; " + taken.get()
                    + " was taken on); a start of the resource takes it on again";
            return Optional.empty();
        } catch (SQLException e) {
            // It is there: whoever asks it next says what is wrong with it.
            LOG.debug("{} cannot be watched: {}", self, e.getMessage());
            return Optional.of(AttachedServer.unwatched(this, taken.get()));
        }
    }

    private Optional<String> taken() throws IOException {
        try {
            return Optional.of(Files.readString(files.attached()).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether somebody listens, or may: what is frozen still has its port. */
    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(self.host(), self.port()), (int) LOOK_LIMIT.toMillis());
            return true;
        } catch (ConnectException refused) {
            return !String.valueOf(refused.getMessage()).contains("refused");
        } catch (IOException e) {
            LOG.debug("whether {} is there is not known: {}", self, e.toString());
            return true;
        }
    }

    private AttachedServer watch(Duration limit) throws SQLException {
        Connection session = settings.administratorLogin(self, limit).connect();
        try {
            String life = life(session);
            data = Path.of(one(session, "SELECT @@global.datadir"));
            session.setNetworkTimeout(Runnable::run, (int) UNLIMITED.toMillis());
            try (Statement statement = session.createStatement()) {
                // The server must not find it idle between two statements.
                statement.execute("SET SESSION wait_timeout=86400");
            }
            return AttachedServer.watched(this, life, session);
        } catch (SQLException | RuntimeException e) {
            session.abort(Runnable::run);
            throw e;
        }
    }

    /**
     * By the number of its process, and by the second of its start: a container's process has the same number each time, and a
     * server can be up again within the second. By the clock that the server reads once for each statement, so that the
     * difference is always the same, whoever sets that clock.
     */
    private static String life(Connection connection) throws SQLException {
        return one(
                connection,
                "SELECT CONCAT('process ', t.THREAD_OS_ID, ', started at second ',"
                        + " CAST(UNIX_TIMESTAMP() - s.VARIABLE_VALUE AS SIGNED))"
                        + " FROM performance_schema.threads t, performance_schema.global_status s"
                        + " WHERE t.NAME = 'thread/sql/main' AND s.VARIABLE_NAME = 'Uptime'");
    }

    /** Whether a life of the server may go on. */
    boolean isStill(String life) {
        if (!listens()) {
            return false;
        }
        try (Connection session = settings.administratorLogin(self, LOOK_LIMIT).connect()) {
            return life(session).equals(life);
        } catch (SQLException e) {
            return listens();
        }
    }

    @Override
    public void awaitReady(RunningServer found, OperationContext operation) throws StartFailed {
        try (Connection connection = connect(operation)) {
            LOG.debug("{} answers: {}", self, connection);
        } catch (SQLException e) {
            LOG.debug("closing a connection to {}: {}", self, e.getMessage());
        }
    }

    /** A server that is just starting does not answer yet, and does not tell when it will. */
    private Connection connect(OperationContext operation) throws StartFailed {
        while (true) {
            if (!listens()) {
                throw new StartFailed(absent());
            }
            try {
                return settings.administratorLogin(self, operation.remaining()).connect();
            } catch (SQLException e) {
                if (e.getErrorCode() == SqlErrors.ACCESS_DENIED) {
                    throw new StartFailed(
                            "attached server " + self + " refuses account "
                                    + settings.administrator().user()
                                    + " (error 1045): create the agent's administrator there"
                                    + " with all rights and GRANT OPTION, for this node and all others, or correct its password");
                }
                if (operation.remaining().compareTo(LOOK_LIMIT) < 0
                        || Thread.currentThread().isInterrupted()) {
                    throw new StartFailed(
                            SqlErrors.explain(e, settings.administrator().user(), self));
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    private String absent() {
        return "attached server " + self.node() + " does not answer at " + self.host() + ":" + self.port()
                + "; start it: the agent does not, because of Supervision.attached()";
    }

    // --- taking it on ---------------------------------------------------------------------------------------------

    @Override
    public RunningServer start(OperationContext operation, boolean rejoins) throws StartFailed, IOException {
        Optional<Outcome> problem = Preflight.failure(problems());
        if (problem.isPresent()) {
            throw new StartFailed(problem.get());
        }
        forget();
        AttachedServer found = null;
        boolean taken = false;
        try (Connection connection = connect(operation)) {
            // In this order: what is checked below is checked in this life of the server.
            found = watch(LOOK_LIMIT.multipliedBy(2));
            setup.check(connection);
            closing.closeBeforeTakingOn(connection, operation);
            setup.makeAccounts(connection);
            InstanceFiles.write(files.attached(), found.life() + "\n");
            known = found;
            taken = true;
            LOG.info("{} is taken on, {}", self, found);
            return found;
        } catch (SQLException e) {
            throw new StartFailed(SqlErrors.explain(e, settings.administrator().user(), self));
        } finally {
            if (!taken && found != null) {
                found.close();
            }
        }
    }

    /** The server ends with the copy, and whoever runs it has it start again. */
    @Override
    public RunningServer startCopy(OperationContext operation) throws StartFailed, IOException, InterruptedException {
        while (!listens()) {
            if (operation.remaining().isZero()) {
                throw new StartFailed(absent());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("while waiting for " + self + " to be started with its copy");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return start(operation, false);
    }

    // --- leaving it -----------------------------------------------------------------------------------------------

    /** Closes the server and stops its replication; it runs on, and takes no part from here on. */
    Outcome leave(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Outcome closed = closing.close(limit);
        if (!closed.isSuccess()) {
            return closed;
        }
        try {
            if (listens()) {
                closing.stopReplication(limit.minusNanos(limit.toNanos() - (end - System.nanoTime())));
            }
            forget();
            LOG.info("{} is closed to writes, follows nobody and runs on", self);
            return Outcome.ok();
        } catch (SQLException e) {
            return Outcome.failed("the replication of attached server " + self + " could not be stopped: "
                    + SqlErrors.explain(e, settings.administrator().user(), self));
        } catch (IOException e) {
            return Outcome.failed("that " + self + " is left alone could not be recorded: " + e);
        }
    }

    /** Closes the server to writes, and says so only if that is sure. */
    Outcome close(Duration limit) {
        return closing.close(limit);
    }

    private void forget() throws IOException {
        AttachedServer present = known;
        known = null;
        Files.deleteIfExists(files.attached());
        if (present != null) {
            present.close();
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                throw new SQLException("the server has no answer to " + query, "HY000");
            }
            return String.valueOf(row.getString(1));
        }
    }

    @Override
    public String absence(boolean expected) {
        return absence;
    }

    @Override
    public Path data() {
        Path told = data;
        return told == null ? files.data() : told;
    }

    @Override
    public void close() {
        AttachedServer present = known;
        known = null;
        if (present != null) {
            present.close();
        }
    }
}
