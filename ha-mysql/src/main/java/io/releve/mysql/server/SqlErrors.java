package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import java.sql.SQLException;

/** What the servers' error numbers mean for a person. */
final class SqlErrors {

    static final int TOO_MANY_CONNECTIONS = 1040;
    static final int ACCESS_DENIED = 1045;

    private SqlErrors() {}

    /** Whether the server answered, and only has no connection left. */
    static boolean isSaturated(SQLException e) {
        return e.getErrorCode() == TOO_MANY_CONNECTIONS;
    }

    /** Whether there is no connection to the server, or none any more; SQLState class 08. */
    static boolean isOfConnection(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("08");
    }

    /** One sentence, with the setting and the remedy where they are known. */
    static String explain(SQLException e, String user, MySqlServer server) {
        return switch (e.getErrorCode()) {
            case ACCESS_DENIED ->
                "server " + server + " refuses account " + user + " (error 1045): the password of the agent's"
                        + " administrator differs from the server's; correct it, or stop the server and let the agent"
                        + " start it, which sets the account up again";
            case TOO_MANY_CONNECTIONS ->
                "server " + server + " has no connection left (error 1040): it is saturated, not dead; raise"
                        + " max_connections or make the applications' pools smaller";
            default ->
                "server " + server + " does not do as asked: " + e.getMessage() + " (error " + e.getErrorCode()
                        + ", SQLState " + e.getSQLState() + ")";
        };
    }
}
