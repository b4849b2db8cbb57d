package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.replication.AccountStatements;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.ReplicationLink;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a server that somebody else runs. The agent has taken it on, or it does not run as far as the cluster is concerned: which
 * life of it was taken on stands in a file of the instance's directory, through restarts of the JVM, until a stop. Whoever
 * restarts the server in between thereby ends what was taken on, and the next start looks at everything anew.
 *
 * <p>Which life it is says the moment of the server's start, by its own clock.
 */
final class AttachedSupervisor implements Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedSupervisor.class);

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    /** Until then a server that can be closed is closed; one that is frozen must not use up the operation's time. */
    private static final Duration CLOSING_LIMIT = Duration.ofSeconds(5);

    /** The watching session waits for as long as the server lives. */
    private static final Duration UNLIMITED = Duration.ofDays(20);

    private static final long LOOK_AGAIN_NANOS = 100_000_000;

    private final AgentSettings settings;
    private final MySqlServer self;
    private final InstanceFiles files;
    private volatile @Nullable AttachedServer known;
    private volatile @Nullable Path data;
    private volatile String absence = "is not taken on";

    AttachedSupervisor(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
        this.files = settings.files();
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
            check(connection);
            close(connection, operation);
            makeAccounts(connection);
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

    private void check(Connection connection) throws SQLException, StartFailed {
        ServerFacts facts = ServerFacts.of(self.node(), connection);
        List<Finding> findings = AttachedSettings.judge(facts, self, settings.durability(), changed(connection, facts));
        List<Finding> broken = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.BREAKS)
                .toList();
        if (!broken.isEmpty()) {
            throw new StartFailed(Outcome.notConfigured("attached server " + self
                    + " is not set up as it must be, and is left as it is: "
                    + broken.stream().map(Finding::toString).collect(Collectors.joining("; "))));
        }
        findings.forEach(finding -> LOG.info("{}", finding));
    }

    /** MariaDB alone tells for all settings. */
    private static Set<String> changed(Connection connection, ServerFacts facts) throws SQLException {
        Set<String> names = new TreeSet<>();
        if (facts.version().flavor() == Flavor.MARIADB) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT VARIABLE_NAME FROM information_schema.SYSTEM_VARIABLES WHERE GLOBAL_VALUE_ORIGIN ="
                                    + " 'SQL'")) {
                while (rows.next()) {
                    names.add(rows.getString(1).toLowerCase(Locale.ROOT));
                }
            }
        }
        return names;
    }

    /** Only a promotion opens it. */
    private void close(Connection connection, OperationContext operation) throws SQLException, StartFailed {
        if (!new ReplicationLink(connection).isWritable()) {
            return;
        }
        Duration limit = shorter(CLOSING_LIMIT, operation.remaining().dividedBy(2));
        SqlFencing.Report report =
                SqlFencing.close(settings.administratorLogin(self, limit), limit, SqlFencing.Sessions.OF_OTHERS);
        LOG.warn("attached server {} was open to writes when it was taken on: {}", self, report);
        if (!report.isClosed()) {
            throw new StartFailed("attached server " + self + " is open to writes and could not be closed: " + report);
        }
    }

    /** As a server's own first statements do it where the agent starts the server. */
    private void makeAccounts(Connection connection) throws SQLException, IOException {
        Dialect dialect = Dialect.of(connection);
        AccountStatements statements = new AccountStatements();
        new OwnAccounts(settings, self).addTo(statements, dialect);
        List<String> all = new ArrayList<>(statements.statements());
        try (Statement statement = connection.createStatement()) {
            for (String sql : dialect.beforeOwnAccounts()) {
                statement.execute(sql);
            }
            try {
                for (String sql : all) {
                    makeAccount(statement, sql);
                }
            } finally {
                for (String sql : dialect.afterOwnAccounts()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static void makeAccount(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            // The server's message may quote the statement, and with it the password.
            throw new SQLException(
                    "'" + sql.replaceFirst(" IDENTIFIED BY .*", "")
                            + "' is refused; the agent's administrator needs all" + " rights and GRANT OPTION",
                    e.getSQLState(),
                    e.getErrorCode());
        }
    }

    // --- leaving it -----------------------------------------------------------------------------------------------

    /** Closes the server and stops its replication; it runs on, and takes no part from here on. */
    Outcome leave(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Outcome closed = close(limit);
        if (!closed.isSuccess()) {
            return closed;
        }
        try {
            if (listens()) {
                stopReplication(limit.minusNanos(limit.toNanos() - (end - System.nanoTime())));
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

    /** What it has received it applies first, if that does not take long. */
    private void stopReplication(Duration left) throws SQLException {
        Duration limit = left.toMillis() > 0 ? left : Duration.ofMillis(1);
        try (Connection connection = settings.administratorLogin(self, limit).connect()) {
            ReplicationLink link = new ReplicationLink(connection);
            if (settings.durability().isSync()) {
                link.acknowledge(false);
            }
            if (link.status().isEmpty()) {
                return;
            }
            link.lock(ServerState.REPLICATION_LOCK, LOOK_LIMIT);
            link.stopReceiver();
            GtidSet unapplied = link.received().minus(link.executed());
            if (!unapplied.isEmpty() && !link.awaitReceived(unapplied, limit.dividedBy(2))) {
                LOG.warn("{} has not applied yet what it received: {}", self, unapplied);
            }
            link.stop();
        }
    }

    /** Closes the server to writes, and says so only if that is sure. */
    Outcome close(Duration limit) {
        Duration share = shorter(CLOSING_LIMIT, limit.dividedBy(4));
        // Time that a frozen server takes is time without a primary.
        String seen = silence(shorter(LOOK_LIMIT, share)).orElse("");
        if (seen.isEmpty()) {
            SqlFencing.Report report = fence(share, SqlFencing.Sessions.OF_OTHERS);
            if (report.result() == SqlFencing.Result.OPEN) {
                // What it waits for may be a commit of the agent's own.
                report = fence(share, SqlFencing.Sessions.ALL);
            }
            if (report.isClosed()) {
                return Outcome.ok();
            }
            seen = report.toString();
        }
        if (!listens()) {
            return Outcome.ok();
        }
        return Outcome.failed("attached server " + self + " could not be closed to writes (" + seen
                + "). The agent does not end its process: stop it, or switch its host off. Its lease is given up, so it closes"
                + " itself as soon as it can");
    }

    private SqlFencing.Report fence(Duration limit, SqlFencing.Sessions sessions) {
        SqlFencing.Report report = SqlFencing.close(settings.administratorLogin(self, limit), limit, sessions);
        if (report.changed()) {
            LOG.info("{}", report);
        }
        return report;
    }

    /** What somebody hears who logs on and gets no answer; empty if there is one, be it a refusal. */
    private Optional<String> silence(Duration limit) {
        try (Connection connection = settings.administratorLogin(self, limit).connect()) {
            return connection.isClosed() ? Optional.of("it ended the session") : Optional.empty();
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState()).startsWith("08") && !SqlErrors.isSaturated(e)
                    ? Optional.of("no answer within " + limit.toMillis() + " ms: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
                    : Optional.empty();
        }
    }

    private void forget() throws IOException {
        AttachedServer present = known;
        known = null;
        Files.deleteIfExists(files.attached());
        if (present != null) {
            present.close();
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
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
