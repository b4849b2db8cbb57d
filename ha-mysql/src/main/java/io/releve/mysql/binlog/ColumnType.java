package io.releve.mysql.binlog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/** The types of columns, by the numbers that they have in the binary log, and how their values are read. */
final class ColumnType {

    static final int TINY = 1;
    static final int SHORT = 2;
    static final int LONG = 3;
    static final int FLOAT = 4;
    static final int DOUBLE = 5;
    static final int TIMESTAMP = 7;
    static final int LONGLONG = 8;
    static final int INT24 = 9;
    static final int DATE = 10;
    static final int TIME = 11;
    static final int DATETIME = 12;
    static final int YEAR = 13;
    static final int VARCHAR = 15;
    static final int BIT = 16;
    static final int TIMESTAMP2 = 17;
    static final int DATETIME2 = 18;
    static final int TIME2 = 19;
    static final int VECTOR = 242;
    static final int JSON = 245;
    static final int NEWDECIMAL = 246;
    static final int ENUM = 247;
    static final int SET = 248;
    static final int BLOB = 252;
    static final int VAR_STRING = 253;
    static final int STRING = 254;
    static final int GEOMETRY = 255;

    private static final int LONGEST_TEXT = 1000;
    private static final int[] DIGIT_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    private ColumnType() {}

    static boolean isNumber(int type) {
        return switch (type) {
            case TINY, SHORT, INT24, LONG, LONGLONG, FLOAT, DOUBLE, NEWDECIMAL -> true;
            default -> false;
        };
    }

    /**
     * Reads a value, which is not NULL.
     *
     * @throws UnsupportedOperationException if the type is not known: the rest of the event cannot be read either
     */
    static String read(TableMap.Column column, Bytes row) {
        int meta = column.meta();
        return switch (column.type()) {
            case TINY -> integer(row, 1, column.unsigned());
            case SHORT -> integer(row, 2, column.unsigned());
            case INT24 -> integer(row, 3, column.unsigned());
            case LONG -> integer(row, 4, column.unsigned());
            case LONGLONG -> integer(row, 8, column.unsigned());
            case FLOAT -> Float.toString(Float.intBitsToFloat((int) row.little(4)));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(row.little(8)));
            case NEWDECIMAL -> decimal(row, meta >> 8, meta & 0xff);
            case YEAR -> year(row.unsignedByte());
            case DATE -> date(row.little(3));
            case TIME -> clock(row.little(3));
            case DATETIME -> oldDateTime(row.little(8));
            case TIMESTAMP -> quoted(Instant.ofEpochSecond(row.little(4)).toString());
            case TIMESTAMP2 ->
                quoted(Instant.ofEpochSecond(row.big(4)).toString().replace("Z", "") + fraction(row, meta) + "Z");
            case DATETIME2 -> dateTime(row.big(5), fraction(row, meta));
            case TIME2 -> time(row, meta);
            case BIT -> "b'" + Long.toBinaryString(row.big(((meta >> 8) * 8 + (meta & 0xff) + 7) / 8)) + "'";
            case VARCHAR, VAR_STRING -> text(row.take((int) row.little(meta > 255 ? 2 : 1)));
            case STRING, ENUM, SET -> string(row, meta);
            case BLOB -> text(row.take((int) row.little(meta)));
            case JSON, GEOMETRY, VECTOR -> hex(row.take((int) row.little(meta)));
            default -> throw new UnsupportedOperationException("the type " + column.type() + " of " + column.name());
        };
    }

    private static String integer(Bytes row, int size, boolean unsigned) {
        long value = row.little(size);
        if (unsigned) {
            return Long.toUnsignedString(value);
        }
        int unused = 64 - 8 * size;
        return Long.toString((value << unused) >> unused);
    }

    private static String decimal(Bytes row, int precision, int scale) {
        int whole = precision - scale;
        int size = whole / 9 * 4 + DIGIT_BYTES[whole % 9] + scale / 9 * 4 + DIGIT_BYTES[scale % 9];
        byte[] bytes = row.take(size);
        boolean negative = (bytes[0] & 0x80) == 0;
        bytes[0] ^= (byte) 0x80;
        if (negative) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] ^= (byte) 0xff;
            }
        }
        Bytes digits = new Bytes(bytes, 0, bytes.length);
        StringBuilder text = new StringBuilder();
        part(digits, text, whole % 9);
        for (int i = 0; i < whole / 9; i++) {
            part(digits, text, 9);
        }
        if (scale > 0) {
            text.append('.');
            for (int i = 0; i < scale / 9; i++) {
                part(digits, text, 9);
            }
            part(digits, text, scale % 9);
        }
        String plain = text.toString().replaceFirst("^0+(?=\\d)", "");
        return (negative ? "-" : "") + (plain.startsWith(".") ? "0" + plain : plain);
    }

    private static void part(Bytes digits, StringBuilder text, int count) {
        if (count > 0) {
            String number = Long.toString(digits.big(DIGIT_BYTES[count]));
            text.append("0".repeat(Math.max(0, count - number.length()))).append(number);
        }
    }

    private static String year(int value) {
        return value == 0 ? "0000" : Integer.toString(1900 + value);
    }

    private static String date(long value) {
        return quoted(String.format(Locale.ROOT, "%04d-%02d-%02d", value >> 9, (value >> 5) & 0xf, value & 0x1f));
    }

    private static String clock(long value) {
        return quoted(String.format(Locale.ROOT, "%02d:%02d:%02d", value / 10_000, value / 100 % 100, value % 100));
    }

    private static String oldDateTime(long value) {
        long day = value / 1_000_000;
        long time = value % 1_000_000;
        return quoted(String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d",
                day / 10_000,
                day / 100 % 100,
                day % 100,
                time / 10_000,
                time / 100 % 100,
                time % 100));
    }

    private static String dateTime(long packed, String fraction) {
        long value = packed - 0x8000000000L;
        long days = value >> 17;
        long yearMonth = days >> 5;
        return quoted(String.format(
                        Locale.ROOT,
                        "%04d-%02d-%02d %02d:%02d:%02d",
                        yearMonth / 13,
                        yearMonth % 13,
                        days & 0x1f,
                        (value >> 12) & 0x1f,
                        (value >> 6) & 0x3f,
                        value & 0x3f)
                + fraction);
    }

    /** Hours, minutes, seconds and parts of a second are one number, which is shifted so that it sorts. */
    private static String time(Bytes row, int decimals) {
        int size = (decimals + 1) / 2;
        long all = row.big(3 + size) - (0x800000L << (8 * size));
        boolean negative = all < 0;
        long value = Math.abs(all);
        long seconds = value >> (8 * size);
        String parts = size == 0 ? "" : fraction(value & ((1L << (8 * size)) - 1), decimals);
        return quoted((negative ? "-" : "")
                + String.format(
                        Locale.ROOT, "%02d:%02d:%02d", (seconds >> 12) & 0x3ff, (seconds >> 6) & 0x3f, seconds & 0x3f)
                + parts);
    }

    private static String fraction(Bytes row, int decimals) {
        int size = (decimals + 1) / 2;
        return size == 0 ? "" : fraction(row.big(size), decimals);
    }

    private static String fraction(long stored, int decimals) {
        // Two decimals a byte: an odd number is stored with a zero behind it.
        String digits = String.format(Locale.ROOT, "%0" + (decimals + 1) / 2 * 2 + "d", stored);
        return "." + digits.substring(0, decimals);
    }

    /** The real type hides in the first byte of the metadata, and two bits of the length with it. */
    private static String string(Bytes row, int meta) {
        int type = meta >> 8;
        int length = meta & 0xff;
        if ((type & 0x30) != 0x30) {
            length |= ((type & 0x30) ^ 0x30) << 4;
            type |= 0x30;
        }
        return switch (type) {
            case ENUM -> Long.toString(row.little(length));
            case SET -> "b'" + Long.toBinaryString(row.little(length)) + "'";
            default -> text(row.take((int) row.little(length > 255 ? 2 : 1)));
        };
    }

    private static String text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t' || c == '\r')) {
                return text.length() <= LONGEST_TEXT
                        ? quoted(text)
                        : quoted(text.substring(0, LONGEST_TEXT)) + "… (" + bytes.length + " bytes)";
            }
        } catch (CharacterCodingException e) {
            // Bytes, then.
        }
        return hex(bytes);
    }

    private static String hex(byte[] bytes) {
        int shown = Math.min(bytes.length, LONGEST_TEXT / 2);
        return "0x" + HexFormat.of().formatHex(bytes, 0, shown)
                + (shown < bytes.length ? "… (" + bytes.length + " bytes)" : "");
    }

    private static String quoted(String text) {
        return "'"
                + text.replace("\\", "\\\\")
                        .replace("'", "\\'")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                + "'";
    }
}
