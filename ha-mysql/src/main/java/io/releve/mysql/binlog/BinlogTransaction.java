package io.releve.mysql.binlog;

import java.time.Instant;
import java.util.List;

/**
 * One transaction of a binary log, as people read it. Immutable.
 *
 * @param gtid its global id, in the server's own form
 * @param file the name of the log file
 * @param position where in the file it begins
 * @param time when it was written, by the server's clock
 * @param statements its statements other than changes of rows: DDL, XA, what rows were annotated with
 * @param changes its changes of rows
 * @param remarks what could not be read, and why
 */
public record BinlogTransaction(
        String gtid,
        String file,
        long position,
        Instant time,
        List<String> statements,
        List<RowChange> changes,
        List<String> remarks) {

    public BinlogTransaction {
        statements = List.copyOf(statements);
        changes = List.copyOf(changes);
        remarks = List.copyOf(remarks);
    }

    /** What happened to a row. */
    public enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /**
     * The change of one row.
     *
     * @param kind what happened
     * @param table schema and name of the table
     * @param before the row before; empty for an insert
     * @param after the row after; empty for a delete
     */
    public record RowChange(Kind kind, String table, List<Cell> before, List<Cell> after) {

        public RowChange {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        @Override
        public String toString() {
            return kind + " " + table
                    + switch (kind) {
                        case INSERT -> " " + after;
                        case DELETE -> " " + before;
                        case UPDATE -> " " + before + " -> " + after;
                    };
        }
    }

    /**
     * One value of a row.
     *
     * @param column the column's name, or {@code @1}, {@code @2} … where the log does not have it
     * @param value the value as SQL shows it; text in quotes, bytes in hexadecimal
     */
    public record Cell(String column, String value) {
        @Override
        public String toString() {
            return column + "=" + value;
        }
    }
}
