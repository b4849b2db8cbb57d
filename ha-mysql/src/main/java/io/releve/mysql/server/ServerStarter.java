package io.releve.mysql.server;

import io.releve.agent.OperationContext;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.replication.AccountStatements;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one server's process up: data directory, configuration, the agent's account, readiness. */
final class ServerStarter {

    private static final Logger LOG = LoggerFactory.getLogger(ServerStarter.class);

    private static final Duration FIRST_TRY = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final AgentSettings settings;
    private final MySqlServer self;
    private final InstanceFiles files;

    private final Launcher launcher;

    ServerStarter(AgentSettings settings, MySqlServer self, Launcher launcher) {
        this.settings = settings;
        this.self = self;
        this.files = settings.files();
        this.launcher = launcher;
    }

    /**
     * Starts the process and waits until the administrator can log on.
     *
     * @param rejoins whether another server was promoted with everything that this one ever acknowledged
     * @throws StartFailed if the server ends, or cannot be used within the operation's time
     */
    ServerProcess start(MySqlInstallation installation, OperationContext operation, boolean rejoins)
            throws StartFailed, IOException, InterruptedException {
        boolean fresh = !files.hasData();
        if (fresh) {
            LOG.info("{}: making a new data directory {}", self, files.data());
            installation.initialize(files.data(), AgentSettings.systemUser(), operation.remaining());
        }
        InstanceFiles.write(
                files.config(),
                settings.config(self.node(), installation.baseDirectory(), rejoins)
                        .render(installation.version()));
        InstanceFiles.write(files.init(), firstStatements(installation, fresh));
        long logged = ErrorLog.length(files.errorLog());
        ServerProcess process = null;
        boolean ready = false;
        try {
            process = launcher.launch(installation, operation.remaining());
            awaitReady(process, operation, logged);
            ready = true;
            return process;
        } finally {
            files.removeInit();
            if (!ready && process != null) {
                process.kill();
            }
        }
    }

    private String firstStatements(MySqlInstallation installation, boolean fresh) throws UnknownHostException {
        AccountStatements statements = new AccountStatements();
        boolean mySql = installation.version().flavor() == Flavor.MYSQL;
        boolean lifts = mySql && !settings.servers().isRing();
        if (lifts) {
            statements.lift();
        }
        new OwnAccounts(settings, self).addTo(statements, Dialect.of(installation.version()));
        if (fresh && mySql) {
            // Made without a password; whoever needs it unlocks it with the administrator's account.
            statements.lock("root", "localhost");
        }
        if (lifts) {
            statements.lower();
        }
        return statements.text();
    }

    /**
     * A server does not tell its parent when it is ready, so it is asked; what the pauses between wait for is the event
     * that does exist, the end of the process.
     */
    void awaitReady(ServerProcess process, OperationContext operation, long logged)
            throws StartFailed, InterruptedException {
        Duration pause = FIRST_TRY;
        while (true) {
            Duration left = operation.remaining();
            if (left.isZero()) {
                throw new StartFailed("server " + self + " cannot be used yet at the end of the operation's time-out; "
                        + ErrorLog.explain(files.errorLog(), logged));
            }
            if (process.awaitExit(pause.compareTo(left) < 0 ? pause : left)) {
                throw new StartFailed("server " + self + " ended while it started (" + process.ending() + "); "
                        + ErrorLog.explain(files.errorLog(), logged));
            }
            try (Connection connection =
                    settings.administratorLogin(self, operation.remaining()).connect()) {
                LOG.debug("{} is up: {}", self, connection);
                return;
            } catch (SQLException e) {
                if (e.getErrorCode() == SqlErrors.ACCESS_DENIED) {
                    throw new StartFailed(
                            SqlErrors.explain(e, settings.administrator().user(), self));
                }
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            }
        }
    }
}
