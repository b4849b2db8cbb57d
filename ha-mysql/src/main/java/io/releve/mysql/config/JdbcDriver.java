package io.releve.mysql.config;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Opens connections to servers: everything in which JDBC drivers differ. Both speak to MySQL and to MariaDB; which one it is does not
 * matter to what Relève promises.
 *
 * <p>Immutable; may be used from any thread.
 */
public sealed interface JdbcDriver permits MySqlConnectorJ, MariaDbConnectorJ {

    /**
     * MySQL Connector/J.
     *
     * @throws IllegalStateException if it is not on the class path
     */
    static JdbcDriver mySqlConnectorJ() {
        return new MySqlConnectorJ(DriverClass.MYSQL.make());
    }

    /**
     * MariaDB Connector/J, 3.x.
     *
     * @throws IllegalStateException if it is not on the class path
     */
    static JdbcDriver mariaDbConnectorJ() {
        return new MariaDbConnectorJ(DriverClass.MARIADB.make());
    }

    /**
     * MySQL Connector/J if it is on the class path, else MariaDB Connector/J.
     *
     * @throws IllegalStateException if neither is
     */
    static JdbcDriver onClassPath() {
        if (DriverClass.MYSQL.isPresent()) {
            return mySqlConnectorJ();
        }
        if (DriverClass.MARIADB.isPresent()) {
            return mariaDbConnectorJ();
        }
        throw new IllegalStateException("there is no JDBC driver on the class path: add " + DriverClass.MYSQL.artifact()
                + ", which ha-mysql brings unless it is excluded, or " + DriverClass.MARIADB.artifact());
    }

    /** What its URLs begin with. */
    String urlPrefix();

    /**
     * Opens a connection. {@link Connection#abort} ends at once what is in flight on it, without asking the server.
     *
     * @param url of one server
     * @param properties account, time-outs and further properties; this adds its own
     * @param tls how to encrypt, unless a property says
     * @throws SQLException if the server is not reachable, is saturated, or refuses the account
     */
    Connection connect(String url, Properties properties, Tls tls) throws SQLException;

    /** Properties that an application must not set, and why; their names in any case. */
    Map<String, String> refusedProperties();

    /** The properties with which connections must be opened whose commits are watched. */
    Map<String, String> commitProperties();

    /** Kept with a connection whose commits are watched. */
    @FunctionalInterface
    interface CommitWatch {

        /** Commits are not watched. */
        CommitWatch NONE = () -> {};

        /**
         * To be called after each commit.
         *
         * @throws SQLException if it cannot be learnt what was committed
         */
        void committed() throws SQLException;
    }

    /**
     * Begins to watch what a new connection commits.
     *
     * @param tell the statement that has the server tell with its answers
     * @param ask the question for the last commit, for drivers that do not pass on what the server tells
     * @param onCommit told the id of each transaction, on the thread that commits
     * @return to be kept as long as the connection
     */
    CommitWatch watchCommits(Connection connection, String tell, String ask, Consumer<String> onCommit)
            throws SQLException;
}
