package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.Tls;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MySQL's own clone plugin: the server fetches the other's files, ends, and is started again with them. Accounts come along, so
 * the agent makes its own anew by that start.
 */
final class CloneCopy implements DataCopy {

    private static final Logger LOG = LoggerFactory.getLogger(CloneCopy.class);

    /** The server has the copy, and has nobody who would start it again. */
    private static final int NOT_SUPERVISED = 3707;

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofMinutes(30);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);

    private final ServerState state;
    private final MySqlServer self;
    private final MySqlInstallation installation;
    private volatile boolean starting;

    CloneCopy(ServerState state, MySqlInstallation installation) {
        this.state = state;
        this.self = state.self;
        this.installation = installation;
    }

    @Override
    public void forgetHistory(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            // Ordinary accounts stay out: read_only remains.
            statement.execute("SET GLOBAL super_read_only=OFF");
            statement.execute("RESET REPLICA ALL");
            statement.execute(
                    installation.version().isAtLeast(8, 2, 0) ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
        }
    }

    @Override
    public void copy(Connection own, MySqlServer source)
            throws SQLException, IOException, InterruptedException, Failed {
        RunningServer process =
                state.supervisor.find().orElseThrow(() -> new Failed("its process is not there any more"));
        AgentSettings.Account account = state.settings.administrator();
        try (Statement statement = own.createStatement()) {
            // The driver writes what stands for the question marks as the server reads it by default.
            statement.execute("SET SESSION sql_mode=DEFAULT");
        }
        try (PreparedStatement donors = own.prepareStatement("SET GLOBAL clone_valid_donor_list = ?")) {
            donors.setString(1, source.host() + ":" + source.port());
            donors.execute();
        }
        // Made into one text by the driver: the server cannot prepare it. It hides the password in its logs.
        try (PreparedStatement clone = own.prepareStatement("CLONE INSTANCE FROM ?@?:" + source.port()
                + " IDENTIFIED BY ?" + (state.settings.tls() instanceof Tls.Off ? " REQUIRE NO SSL" : ""))) {
            clone.setString(1, account.user());
            clone.setString(2, source.host());
            clone.setString(3, new String(account.password().get()));
            clone.execute();
        } catch (SQLException e) {
            if (e.getErrorCode() != NOT_SUPERVISED
                    && !String.valueOf(e.getSQLState()).startsWith("08")) {
                throw new SQLException(
                        "the server refused to clone (error " + e.getErrorCode()
                                + (e.getErrorCode() == 1064 ? "" : ": " + e.getMessage()) + ")",
                        e.getSQLState(),
                        e.getErrorCode());
            }
        }
        if (!process.awaitExit(END_LIMIT)) {
            throw new Failed("the connection to " + self + " broke while it cloned, and it did not end within "
                    + END_LIMIT.toSeconds() + " s to be started with the copy");
        }
        start();
    }

    private void start() throws SQLException, IOException, InterruptedException, Failed {
        starting = true;
        try {
            RunningServer started = state.supervisor.startCopy(new RestartWindow(START_LIMIT, state.context.lease()));
            LOG.info("{} is up with the copy, {}", self, started);
        } catch (StartFailed e) {
            throw new Failed(String.valueOf(e.getMessage()));
        }
        String outcome = cloneStatus();
        if (!outcome.startsWith("Completed")) {
            throw new Failed("the copy is not complete: " + outcome);
        }
        if (state.settings.durability().isSync()) {
            // Whose acknowledgements count decides the primary.
            state.background.ask(ASK_LIMIT, link -> {
                link.semiSync().acknowledge(false);
                return true;
            });
        }
        state.lease.install(ASK_LIMIT.multipliedBy(10));
    }

    private String cloneStatus() throws SQLException {
        return ask("SELECT CONCAT(STATE, ' ', ERROR_NO, ' ', ERROR_MESSAGE) FROM performance_schema.clone_status");
    }

    private String ask(String query) throws SQLException {
        try (Connection connection =
                        state.settings.administratorLogin(self, ASK_LIMIT).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "unknown";
        }
    }

    @Override
    public Optional<String> progress() {
        if (starting) {
            return Optional.of("copied; the server starts with the copy");
        }
        try {
            return Optional.of(ask("SELECT CONCAT(COALESCE(MAX(IF(STATE='In Progress', STAGE, NULL)), 'waiting'), ', ',"
                    + " ROUND(COALESCE(SUM(DATA), 0)/1000000), ' of ',"
                    + " ROUND(COALESCE(SUM(ESTIMATE), 0)/1000000), ' MB') FROM performance_schema.clone_progress"));
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    /** The connection is aborted by whoever opened it; a start ends with its thread's interruption. */
    @Override
    public void close() {}
}
