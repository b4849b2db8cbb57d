package io.releve.mysql.datasource;

import java.util.regex.Pattern;

/**
 * Names a transaction that was committed, so that a later read can wait until a replica has it. Small text that may travel: in a
 * cookie, a header, a message. Immutable.
 *
 * <p>It claims a place in the order of all writes: whoever has this transaction has all that the primary committed before it. It
 * tells nothing but a number; one that was made up makes its readers wait in vain, for as long as {@link ReaderPolicy#writeWait}.
 *
 * @param gtid the global transaction id in the server's own form: {@code UUID:NUMBER} with MySQL, {@code DOMAIN-SERVER-NUMBER}
 *     with MariaDB
 */
public record WriteToken(String gtid) {

    private static final Pattern MYSQL =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(:[a-z_][a-z0-9_]{0,31})?:[0-9]{1,18}");

    private static final Pattern MARIADB = Pattern.compile("[0-9]{1,10}-[0-9]{1,10}-[0-9]{1,18}");

    private static final int LONGEST_SHOWN = 100;

    /**
     * Reads a token's text.
     *
     * @throws IllegalArgumentException if it is not one transaction's id
     */
    public WriteToken {
        if (!MYSQL.matcher(gtid).matches() && !MARIADB.matcher(gtid).matches()) {
            String shown = gtid.length() > LONGEST_SHOWN ? gtid.substring(0, LONGEST_SHOWN) + "…" : gtid;
            throw new IllegalArgumentException("'" + shown
                    + "' is not the id of one transaction: UUID:NUMBER with MySQL, DOMAIN-SERVER-NUMBER with MariaDB");
        }
    }

    /** In whose numbers it counts: the server, with MariaDB the epoch. */
    String sequence() {
        return isMariaDb() ? gtid.substring(0, gtid.indexOf('-')) : gtid.substring(0, gtid.lastIndexOf(':'));
    }

    /** Its place in that sequence. */
    long number() {
        return Long.parseLong(gtid.substring(gtid.lastIndexOf(isMariaDb() ? '-' : ':') + 1));
    }

    private boolean isMariaDb() {
        return gtid.indexOf(':') < 0;
    }

    /** The same text that it was read from. */
    @Override
    public String toString() {
        return gtid;
    }
}
