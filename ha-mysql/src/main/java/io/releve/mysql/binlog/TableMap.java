package io.releve.mysql.binlog;

import java.util.ArrayList;
import java.util.List;

/**
 * A table as the binary log describes it before its rows.
 *
 * @param name schema and table
 * @param columns its columns
 */
record TableMap(String name, List<Column> columns) {

    private static final int SIGNEDNESS = 1;
    private static final int COLUMN_NAMES = 4;

    /**
     * One column.
     *
     * @param name its name, or its place as {@code @1}, {@code @2} …
     * @param type MySQL's number of its type
     * @param meta what else is needed to read its values
     * @param unsigned whether a number has no sign
     */
    record Column(String name, int type, int meta, boolean unsigned) {}

    /** Reads the body of the event, from behind the table's number and flags. */
    static TableMap read(Bytes body) {
        String schema = body.text(body.unsignedByte());
        body.skip(1);
        String table = body.text(body.unsignedByte());
        body.skip(1);
        int count = body.packed();
        byte[] types = body.take(count);
        Bytes metadata = body.part(body.packed());
        int[] meta = new int[count];
        for (int i = 0; i < count; i++) {
            meta[i] = meta(types[i] & 0xff, metadata);
        }
        body.bits(count);
        boolean[] unsigned = new boolean[count];
        List<String> names = new ArrayList<>();
        while (body.left() > 0) {
            int kind = body.unsignedByte();
            Bytes value = body.part(body.packed());
            if (kind == SIGNEDNESS) {
                signs(types, value, unsigned);
            } else if (kind == COLUMN_NAMES) {
                while (value.left() > 0) {
                    names.add(value.text(value.packed()));
                }
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = names.size() == count ? names.get(i) : "@" + (i + 1);
            columns.add(new Column(name, types[i] & 0xff, meta[i], unsigned[i]));
        }
        return new TableMap(schema + "." + table, columns);
    }

    private static int meta(int type, Bytes metadata) {
        return switch (type) {
            case ColumnType.FLOAT,
                    ColumnType.DOUBLE,
                    ColumnType.BLOB,
                    ColumnType.GEOMETRY,
                    ColumnType.JSON,
                    ColumnType.VECTOR,
                    ColumnType.TIMESTAMP2,
                    ColumnType.DATETIME2,
                    ColumnType.TIME2 -> metadata.unsignedByte();
            case ColumnType.VARCHAR, ColumnType.VAR_STRING, ColumnType.BIT -> (int) metadata.little(2);
            case ColumnType.NEWDECIMAL, ColumnType.STRING, ColumnType.ENUM, ColumnType.SET -> (int) metadata.big(2);
            default -> 0;
        };
    }

    /** One bit for each column with a number, the first in the highest bit. */
    private static void signs(byte[] types, Bytes value, boolean[] unsigned) {
        int bit = 0;
        int current = 0;
        for (int i = 0; i < types.length; i++) {
            if (!ColumnType.isNumber(types[i] & 0xff)) {
                continue;
            }
            if (bit % 8 == 0) {
                current = value.unsignedByte();
            }
            unsigned[i] = ((current >> (7 - bit % 8)) & 1) == 1;
            bit++;
        }
    }

    /** The same with what the server knows of the columns now, if there are as many. */
    TableMap with(List<KnownColumn> known) {
        if (known.size() != columns.size()) {
            return this;
        }
        List<Column> better = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            String name = column.name().startsWith("@") ? known.get(i).name() : column.name();
            boolean unsigned = column.unsigned() || known.get(i).unsigned();
            better.add(new Column(name, column.type(), column.meta(), unsigned));
        }
        return new TableMap(name, better);
    }
}
