package io.releve.mysql.binlog;

import io.releve.mysql.binlog.BinlogTransaction.Cell;
import io.releve.mysql.binlog.BinlogTransaction.Kind;
import io.releve.mysql.binlog.BinlogTransaction.RowChange;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Puts the events of one file together to transactions. */
final class TransactionReader {

    private static final int MARIADB_STANDALONE = 1;

    private final String file;
    private final Function<String, List<KnownColumn>> columns;
    private final Predicate<String> wanted;
    private final Consumer<BinlogTransaction> found;
    private final Map<Long, TableMap> tables = new HashMap<>();
    private @Nullable Draft draft;

    /** A transaction that is being read. */
    private static final class Draft {
        final String gtid;
        final long position;
        final Instant time;
        final List<String> statements = new ArrayList<>();
        final List<RowChange> changes = new ArrayList<>();
        final List<String> remarks = new ArrayList<>();
        /** Whether the next statement is all there is. */
        boolean standsAlone;

        Draft(String gtid, long position, Instant time, boolean standsAlone) {
            this.gtid = gtid;
            this.position = position;
            this.time = time;
            this.standsAlone = standsAlone;
        }
    }

    TransactionReader(
            String file,
            Function<String, List<KnownColumn>> columns,
            Predicate<String> wanted,
            Consumer<BinlogTransaction> found) {
        this.file = file;
        this.columns = columns;
        this.wanted = wanted;
        this.found = found;
    }

    /** The server has started anew: numbers of tables begin again. */
    void begin() {
        tables.clear();
        draft = null;
    }

    /**
     * Takes in one event.
     *
     * @param header its header of 19 bytes
     * @param body the rest of it, without the checksum
     * @param position where it begins in the file
     */
    void event(byte[] header, Bytes body, long position) {
        int type = header[4] & 0xff;
        Instant time = Instant.ofEpochSecond(new Bytes(header, 0, 4).little(4));
        switch (type) {
            // MySQL says BEGIN or XA START later, if there is more than one statement; MariaDB says it here.
            case EventType.GTID -> open(gtid(body), position, time, true);
            case EventType.MARIADB_GTID -> {
                String gtid = mariaDbGtid(header, body);
                open(gtid, position, time, (body.unsignedByte() & MARIADB_STANDALONE) != 0);
            }
            case EventType.ANONYMOUS_GTID, EventType.GTID_TAGGED -> draft = null;
            default -> {
                if (draft != null) {
                    inside(draft, type, body);
                }
            }
        }
    }

    private void open(String gtid, long position, Instant time, boolean standsAlone) {
        draft = wanted.test(gtid) ? new Draft(gtid, position, time, standsAlone) : null;
    }

    private static String gtid(Bytes body) {
        body.skip(1);
        return new UUID(body.big(8), body.big(8)) + ":" + body.little(8);
    }

    private static String mariaDbGtid(byte[] header, Bytes body) {
        long sequence = body.little(8);
        return body.little(4) + "-" + new Bytes(header, 5, 9).little(4) + "-" + Long.toUnsignedString(sequence);
    }

    private void inside(Draft current, int type, Bytes body) {
        try {
            switch (type) {
                case EventType.TABLE_MAP -> {
                    long id = body.little(6);
                    body.skip(2);
                    TableMap table = TableMap.read(body);
                    tables.put(id, table.with(columns.apply(table.name())));
                }
                case EventType.WRITE_ROWS_1, EventType.WRITE_ROWS -> rows(current, type, Kind.INSERT, body);
                case EventType.UPDATE_ROWS_1, EventType.UPDATE_ROWS -> rows(current, type, Kind.UPDATE, body);
                case EventType.DELETE_ROWS_1, EventType.DELETE_ROWS -> rows(current, type, Kind.DELETE, body);
                case EventType.QUERY -> query(current, body);
                case EventType.ROWS_QUERY -> {
                    body.skip(1);
                    current.statements.add(body.text(body.left()));
                }
                case EventType.MARIADB_ANNOTATE_ROWS -> current.statements.add(body.text(body.left()));
                case EventType.XID -> close(current);
                case EventType.XA_PREPARE -> {
                    current.statements.add("XA PREPARE");
                    close(current);
                }
                case EventType.TRANSACTION_PAYLOAD -> {
                    current.remarks.add(
                            "the transaction is compressed (binlog_transaction_compression): use mysqlbinlog");
                    close(current);
                }
                default -> unreadable(current, type);
            }
        } catch (BufferUnderflowException
                | UnsupportedOperationException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            current.remarks.add("an event of type " + type + " could not be read (" + e + "): use mysqlbinlog");
        }
    }

    private static void unreadable(Draft current, int type) {
        if (type == EventType.PARTIAL_UPDATE_ROWS) {
            current.remarks.add("changes inside of JSON values are not shown: use mysqlbinlog");
        } else if (type == EventType.MARIADB_QUERY_COMPRESSED
                || (type >= EventType.MARIADB_FIRST_COMPRESSED_ROWS
                        && type <= EventType.MARIADB_LAST_COMPRESSED_ROWS)) {
            current.remarks.add("an event is compressed (log_bin_compress): use mariadb-binlog");
        } else if (type == EventType.MARIADB_START_ENCRYPTION) {
            current.remarks.add("the file is encrypted: use mariadb-binlog");
        }
    }

    private void query(Draft current, Bytes body) {
        body.skip(8);
        int schema = body.unsignedByte();
        body.skip(2);
        body.skip((int) body.little(2) + schema + 1);
        String statement = body.text(body.left());
        if (statement.equals("BEGIN")) {
            current.standsAlone = false;
            return;
        }
        if (statement.equals("COMMIT") || statement.equals("ROLLBACK")) {
            close(current);
            return;
        }
        current.statements.add(statement);
        if (statement.startsWith("XA START")) {
            current.standsAlone = false;
        } else if (current.standsAlone) {
            close(current);
        }
    }

    private void close(Draft current) {
        found.accept(new BinlogTransaction(
                current.gtid,
                file,
                current.position,
                current.time,
                current.statements,
                current.changes,
                current.remarks));
        draft = null;
    }

    private void rows(Draft current, int type, Kind kind, Bytes body) {
        long id = body.little(6);
        body.skip(2);
        if (type >= EventType.WRITE_ROWS) {
            body.skip((int) body.little(2) - 2);
        }
        TableMap table = tables.get(id);
        if (table == null) {
            current.remarks.add("rows of a table that was not described: use mysqlbinlog");
            return;
        }
        int count = body.packed();
        BitSet first = body.bits(count);
        BitSet second = kind == Kind.UPDATE ? body.bits(count) : first;
        while (body.left() > 0) {
            List<Cell> one = row(table, first, body);
            switch (kind) {
                case INSERT -> current.changes.add(new RowChange(kind, table.name(), List.of(), one));
                case DELETE -> current.changes.add(new RowChange(kind, table.name(), one, List.of()));
                case UPDATE -> current.changes.add(new RowChange(kind, table.name(), one, row(table, second, body)));
            }
        }
    }

    private static List<Cell> row(TableMap table, BitSet present, Bytes body) {
        BitSet nulls = body.bits(present.cardinality());
        List<Cell> cells = new ArrayList<>();
        int place = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            TableMap.Column column = table.columns().get(i);
            cells.add(new Cell(column.name(), nulls.get(place++) ? "NULL" : ColumnType.read(column, body)));
        }
        return cells;
    }
}
