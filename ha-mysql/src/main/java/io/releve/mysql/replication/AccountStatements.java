package io.releve.mysql.replication;

import java.util.List;

/**
 * The statements of a file that a server runs at its start, before anybody can connect. They do not get into the binary
 * log. The text holds passwords.
 */
public final class AccountStatements {

    private final StringBuilder text = new StringBuilder("SET SESSION sql_log_bin=0;\nSET SESSION sql_mode='")
            .append(SqlText.PLAIN_BACKSLASHES)
            .append("';\n");

    /**
     * An account with all rights.
     *
     * @throws IllegalArgumentException if name or password have control characters
     */
    public void administrator(String user, String host, CharSequence password) {
        String account = SqlText.literal(user) + "@" + SqlText.literal(host);
        String identified = account + " IDENTIFIED BY " + SqlText.literal(password);
        line("CREATE USER IF NOT EXISTS " + identified);
        line("ALTER USER " + identified);
        line("GRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION");
    }

    /** Lets the statements that follow write to a MySQL server that starts read-only for everybody. */
    public void lift() {
        line("SET GLOBAL super_read_only=OFF");
    }

    /** Ends what {@link #lift} began. */
    public void lower() {
        line("SET GLOBAL super_read_only=ON");
    }

    /** An account that can be used from everywhere, with these rights on everything. */
    public void account(String user, CharSequence password, List<String> rights) {
        String account = SqlText.literal(user) + "@'%'";
        String identified = account + " IDENTIFIED BY " + SqlText.literal(password);
        line("CREATE USER IF NOT EXISTS " + identified);
        line("ALTER USER " + identified);
        line("GRANT " + String.join(", ", rights) + " ON *.* TO " + account);
    }

    /** Lets an account log on. */
    public void unlock(String user) {
        line("ALTER USER " + SqlText.literal(user) + "@'%' ACCOUNT UNLOCK");
    }

    /** A database, and all rights in it for an account. */
    public void application(String database, String user) {
        line("CREATE DATABASE IF NOT EXISTS " + SqlText.name(database) + " CHARACTER SET utf8mb4");
        line("GRANT ALL PRIVILEGES ON " + SqlText.pattern(database) + ".* TO " + SqlText.literal(user) + "@'%'");
    }

    /** The table in which each primary writes its epoch before anything else. */
    public void epochs() {
        line("CREATE DATABASE IF NOT EXISTS releve CHARACTER SET utf8mb4");
        line("CREATE TABLE IF NOT EXISTS releve.epochs (epoch BIGINT PRIMARY KEY, node VARCHAR(255) NOT NULL,"
                + " server_id BIGINT NOT NULL, began TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3))");
    }

    /** Locks an account. */
    public void lock(String user, String host) {
        line("ALTER USER " + SqlText.literal(user) + "@" + SqlText.literal(host) + " ACCOUNT LOCK");
    }

    private void line(String statement) {
        text.append(statement).append(";\n");
    }

    /** The same one by one, for a server that runs. */
    public List<String> statements() {
        // No literal has a line break in it.
        return text.toString()
                .lines()
                .map(line -> line.substring(0, line.length() - 1))
                .toList();
    }

    /** The file's text. */
    public String text() {
        return text.toString();
    }
}
