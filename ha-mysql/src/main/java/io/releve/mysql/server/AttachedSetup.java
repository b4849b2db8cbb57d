package io.releve.mysql.server;

import io.releve.agent.Outcome;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.ServerVersion.Flavor;
import io.releve.mysql.replication.AccountStatements;
import io.releve.mysql.replication.Dialect;
import io.releve.mysql.server.Supervisor.StartFailed;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is looked at, and what is made, in a server that somebody else has set up, before the agent takes it on. */
final class AttachedSetup {

    private static final Logger LOG = LoggerFactory.getLogger(AttachedSetup.class);

    private final AgentSettings settings;
    private final MySqlServer self;

    AttachedSetup(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
    }

    /** Refuses a server whose settings break a promise, with all of them at once. */
    void check(Connection connection) throws SQLException, StartFailed {
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

    /** As a server's own first statements do it where the agent starts the server. */
    void makeAccounts(Connection connection) throws SQLException, IOException {
        Dialect dialect = Dialect.of(connection);
        AccountStatements statements = new AccountStatements();
        new OwnAccounts(settings, self).addTo(statements, dialect);
        List<String> all = statements.statements();
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
}
