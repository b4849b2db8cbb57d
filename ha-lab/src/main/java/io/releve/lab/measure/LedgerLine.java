package io.releve.lab.measure;

import java.util.Optional;

/**
 * What the ledger's program says of one write. Times are those of {@link System#nanoTime()}, which all processes of a
 * machine share.
 *
 * @param kind what happened
 * @param run the run it belongs to
 * @param id the row
 * @param sent when the attempt began
 * @param ended when it ended
 * @param text for people
 */
record LedgerLine(Kind kind, int run, long id, long sent, long ended, String text) {

    private static final String MARK = "@";

    /** What can be said. */
    enum Kind {
        /** The row is stored, says the server. */
        ACKNOWLEDGED,
        /** The attempt failed; the row may be stored or not. */
        FAILED,
        /** A server that was new to the writer lacked the writer's last acknowledged row. */
        STALE,
        /** All writers of the run have ended. */
        ENDED
    }

    String encode() {
        return MARK + kind + " " + run + " " + id + " " + sent + " " + ended + " "
                + text.replace('\n', ' ').replace('\r', ' ');
    }

    /** Reads a line of the program's output; empty if it is a line of its log. */
    static Optional<LedgerLine> decode(String line) {
        if (!line.startsWith(MARK)) {
            return Optional.empty();
        }
        String[] fields = line.substring(MARK.length()).split(" ", 6);
        if (fields.length < 6) {
            return Optional.empty();
        }
        return Optional.of(new LedgerLine(
                Kind.valueOf(fields[0]),
                Integer.parseInt(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]),
                fields[5]));
    }
}
