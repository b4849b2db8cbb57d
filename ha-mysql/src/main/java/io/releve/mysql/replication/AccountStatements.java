package io.releve.mysql.replication;

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

    /** Locks an account. */
    public void lock(String user, String host) {
        line("ALTER USER " + SqlText.literal(user) + "@" + SqlText.literal(host) + " ACCOUNT LOCK");
    }

    private void line(String statement) {
        text.append(statement).append(";\n");
    }

    /** The file's text. */
    public String text() {
        return text.toString();
    }
}
