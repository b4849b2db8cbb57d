package io.releve.mysql.server;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the accounts and roles of one MariaDB server those of another. The agents' own accounts stay as they are: the agent
 * works through them, and makes them at each start of the server; so do the server's own.
 *
 * @param isOwn whether an account is the agents' own
 */
record AccountCopy(Predicate<String> isOwn) {

    private static final Logger LOG = LoggerFactory.getLogger(AccountCopy.class);

    /**
     * An account or a role.
     *
     * @param name as it stands in statements
     */
    private record Account(String name, boolean role) {}

    /** Copies. The second connection writes no binary log. */
    void copy(Connection from, Connection to) throws SQLException {
        for (Account gone : accounts(to)) {
            execute(to, gone, "DROP " + (gone.role() ? "ROLE " : "USER ") + gone.name());
        }
        List<Account> accounts = accounts(from);
        for (Account account : accounts) {
            execute(
                    to,
                    account,
                    account.role()
                            ? "CREATE ROLE " + account.name()
                            : list(from, "SHOW CREATE USER " + account.name()).get(0));
        }
        for (Account account : accounts) {
            for (String grant : list(from, "SHOW GRANTS FOR " + account.name())) {
                if (grant.startsWith("GRANT PROXY")) {
                    LOG.warn("not copied, for only root may grant it: {}", grant);
                } else {
                    execute(to, account, grant);
                }
            }
        }
    }

    private List<Account> accounts(Connection connection) throws SQLException {
        List<Account> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT User, Host, is_role = 'Y' FROM mysql.user WHERE User NOT IN"
                                + " ('root', 'mariadb.sys', 'PUBLIC', 'releve_lease')")) {
            while (rows.next()) {
                String user = rows.getString(1);
                boolean role = rows.getBoolean(3);
                if (role || !isOwn.test(user)) {
                    all.add(new Account(quoted(user) + (role ? "" : "@" + quoted(rows.getString(2))), role));
                }
            }
        }
        return all;
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static void execute(Connection connection, Account account, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            // The server's message may quote the statement, and with it what the password is checked against.
            throw new SQLException(
                    "the account " + account.name() + " could not be copied (error " + e.getErrorCode() + ")",
                    e.getSQLState(),
                    e.getErrorCode());
        }
    }

    private static List<String> list(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
