package io.releve.mysql.datasource;

import java.util.Locale;
import java.util.Set;

/**
 * What becomes of a transaction when a statement's answer is lost, as far as its first word tells. Takes the worse one where the
 * word leaves it open.
 */
enum StatementKind {
    /** Changes nothing that is kept. */
    READS,
    /** Changes rows, within the transaction. */
    WRITES,
    /** Ends the transaction, or may: COMMIT itself, what commits implicitly, procedures. */
    MAY_COMMIT;

    private static final Set<String> READING =
            Set.of("SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "TABLE", "USE", "DO", "HELP", "KILL");

    /** ROLLBACK too: if its answer is lost the session is as well, and nothing of the transaction is kept. */
    private static final Set<String> WRITING =
            Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "ROLLBACK", "SAVEPOINT", "RELEASE");

    /** The kind of a statement; of several in one text, that of the first, or worse. */
    static StatementKind of(String sql) {
        String word = firstWord(sql);
        if (READING.contains(word)) {
            return hasAnother(sql) ? MAY_COMMIT : READS;
        }
        if (WRITING.contains(word)) {
            return hasAnother(sql) ? MAY_COMMIT : WRITES;
        }
        return MAY_COMMIT;
    }

    /** With {@code allowMultiQueries} a semicolon may be followed by anything; one within a text only looks so. */
    private static boolean hasAnother(String sql) {
        int semicolon = sql.indexOf(';');
        return semicolon >= 0 && !sql.substring(semicolon + 1).isBlank();
    }

    private static String firstWord(String sql) {
        int at = skipBlanks(sql, 0);
        int end = at;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(at, end).toUpperCase(Locale.ROOT);
    }

    /** Past white space, opening parentheses and comments. What stands in an executable comment counts as unknown. */
    private static int skipBlanks(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == '(') {
                at++;
            } else if (sql.startsWith("--", at) || c == '#') {
                at = after(sql, "\n", at);
            } else if (sql.startsWith("/*", at) && !sql.startsWith("/*!", at) && !sql.startsWith("/*M!", at)) {
                at = after(sql, "*/", at + 2);
            } else {
                return at;
            }
        }
        return at;
    }

    private static int after(String sql, String end, int from) {
        int found = sql.indexOf(end, from);
        return found < 0 ? sql.length() : found + end.length();
    }
}
