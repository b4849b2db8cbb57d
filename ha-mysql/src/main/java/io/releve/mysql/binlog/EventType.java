package io.releve.mysql.binlog;

/** The events of a binary log that are looked at, by their numbers. */
final class EventType {

    static final int QUERY = 2;
    static final int FORMAT_DESCRIPTION = 15;
    static final int XID = 16;
    static final int TABLE_MAP = 19;
    static final int WRITE_ROWS_1 = 23;
    static final int UPDATE_ROWS_1 = 24;
    static final int DELETE_ROWS_1 = 25;
    static final int ROWS_QUERY = 29;
    static final int WRITE_ROWS = 30;
    static final int UPDATE_ROWS = 31;
    static final int DELETE_ROWS = 32;
    static final int GTID = 33;
    static final int ANONYMOUS_GTID = 34;
    static final int XA_PREPARE = 38;
    static final int PARTIAL_UPDATE_ROWS = 39;
    static final int TRANSACTION_PAYLOAD = 40;
    static final int GTID_TAGGED = 42;
    static final int MARIADB_ANNOTATE_ROWS = 160;
    static final int MARIADB_GTID = 162;
    static final int MARIADB_START_ENCRYPTION = 164;
    static final int MARIADB_QUERY_COMPRESSED = 165;
    static final int MARIADB_FIRST_COMPRESSED_ROWS = 166;
    static final int MARIADB_LAST_COMPRESSED_ROWS = 171;

    private EventType() {}
}
