package io.releve.mysql.server;

import io.releve.mysql.config.ServerVersion;
import io.releve.mysql.config.ServerVersion.Flavor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@link ServerValidator} judges: the settings of a running server and a little of what is in it. Immutable.
 *
 * @param server its name, for people
 * @param version its make and version
 * @param variables its global variables, names in lower case
 * @param readOnlyFrom where the value of {@code super_read_only} (MariaDB: {@code read_only}) comes from, in the server's own
 *     word; empty if unknown
 * @param follows whether it follows another server
 * @param filters replication filters and the like that are in force
 * @param nonTransactional tables of users that no transaction protects
 * @param withoutKey tables of users without a primary key
 * @param exempt accounts that write although the server is read-only
 */
public record ServerFacts(
        String server,
        ServerVersion version,
        Map<String, String> variables,
        Optional<String> readOnlyFrom,
        boolean follows,
        List<String> filters,
        List<String> nonTransactional,
        List<String> withoutKey,
        List<String> exempt) {

    private static final String NOT_THE_SERVERS_OWN =
            " t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema', 'releve_lease')"
                    + " AND t.TABLE_TYPE = 'BASE TABLE'";

    public ServerFacts {
        variables = Map.copyOf(variables);
        filters = List.copyOf(filters);
        nonTransactional = List.copyOf(nonTransactional);
        withoutKey = List.copyOf(withoutKey);
        exempt = List.copyOf(exempt);
    }

    /** Only settings; everything else as it should be. */
    public static ServerFacts ofVariables(String server, ServerVersion version, Map<String, String> variables) {
        return new ServerFacts(
                server, version, variables, Optional.empty(), false, List.of(), List.of(), List.of(), List.of());
    }

    /**
     * Asks a server.
     *
     * @param server what to call it
     * @param connection an account with all rights
     * @throws SQLException if it cannot be asked
     */
    public static ServerFacts of(String server, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ServerVersion version =
                    ServerVersion.parse(first(statement, "SELECT CONCAT(VERSION(), ' ', @@global.version_comment)"));
            boolean mariaDb = version.flavor() == Flavor.MARIADB;
            return new ServerFacts(
                    server,
                    version,
                    variables(statement),
                    readOnlyFrom(statement, mariaDb),
                    isFilled(statement, mariaDb ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS"),
                    filters(statement, mariaDb),
                    list(
                            statement,
                            "SELECT CONCAT(t.TABLE_SCHEMA, '.', t.TABLE_NAME, ' (', t.ENGINE, ')') FROM"
                                    + " information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE"
                                    + NOT_THE_SERVERS_OWN + " AND e.TRANSACTIONS <> 'YES' LIMIT 20"),
                    list(
                            statement,
                            "SELECT CONCAT(t.TABLE_SCHEMA, '.', t.TABLE_NAME) FROM information_schema.TABLES t LEFT JOIN"
                                    + " information_schema.TABLE_CONSTRAINTS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND"
                                    + " c.TABLE_NAME = t.TABLE_NAME AND c.CONSTRAINT_TYPE = 'PRIMARY KEY' WHERE"
                                    + NOT_THE_SERVERS_OWN + " AND c.CONSTRAINT_NAME IS NULL LIMIT 20"),
                    mariaDb
                            ? list(
                                    statement,
                                    "SELECT DISTINCT GRANTEE FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE"
                                            + " = 'READ_ONLY ADMIN' AND GRANTEE NOT LIKE '%@''localhost''' AND GRANTEE NOT"
                                            + " LIKE CONCAT('''', SUBSTRING_INDEX(USER(), '@', 1), '''@%')")
                            : List.of());
        }
    }

    private static Map<String, String> variables(Statement statement) throws SQLException {
        Map<String, String> all = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES")) {
            while (rows.next()) {
                String value = rows.getString(2);
                all.put(rows.getString(1).toLowerCase(Locale.ROOT), value == null ? "" : value);
            }
        }
        return all;
    }

    private static Optional<String> readOnlyFrom(Statement statement, boolean mariaDb) throws SQLException {
        List<String> origin = list(
                statement,
                mariaDb
                        ? "SELECT GLOBAL_VALUE_ORIGIN FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME ="
                                + " 'READ_ONLY'"
                        : "SELECT VARIABLE_SOURCE FROM performance_schema.variables_info WHERE VARIABLE_NAME ="
                                + " 'super_read_only'");
        return origin.stream().findFirst();
    }

    private static List<String> filters(Statement statement, boolean mariaDb) throws SQLException {
        return list(
                statement,
                mariaDb
                        ? "SELECT CONCAT(LOWER(VARIABLE_NAME), '=', GLOBAL_VALUE) FROM information_schema.SYSTEM_VARIABLES"
                                + " WHERE (VARIABLE_NAME LIKE 'REPLICATE\\_%\\_DB' OR VARIABLE_NAME LIKE 'REPLICATE\\_%TABLE'"
                                + " OR VARIABLE_NAME LIKE 'BINLOG\\_%\\_DB') AND GLOBAL_VALUE <> ''"
                        : "SELECT CONCAT(FILTER_NAME, '=', FILTER_RULE) FROM"
                                + " performance_schema.replication_applier_global_filters");
    }

    private static boolean isFilled(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static String first(Statement statement, String query) throws SQLException {
        return list(statement, query).get(0);
    }

    private static List<String> list(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
