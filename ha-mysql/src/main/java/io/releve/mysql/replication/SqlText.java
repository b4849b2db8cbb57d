package io.releve.mysql.replication;

/** Literals and names in statements that take no parameters. */
final class SqlText {

    /** The SQL mode in which a backslash is a character like any other. */
    static final String PLAIN_BACKSLASHES = "NO_BACKSLASH_ESCAPES";

    private SqlText() {}

    /**
     * A string literal for a session in which {@link #PLAIN_BACKSLASHES} was set.
     *
     * @throws IllegalArgumentException if the text has control characters; the message does not repeat the text, which
     *     may be a password
     */
    static String literal(CharSequence text) {
        if (text.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("control characters are not allowed in names and passwords");
        }
        return "'" + text.toString().replace("'", "''") + "'";
    }

    /** A database's name as it stands in a grant, where it is a pattern. */
    static String pattern(String database) {
        return name(database.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"));
    }

    /** A quoted name. */
    static String name(String name) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("a name has at least one character and no control characters");
        }
        return "`" + name.replace("`", "``") + "`";
    }
}
