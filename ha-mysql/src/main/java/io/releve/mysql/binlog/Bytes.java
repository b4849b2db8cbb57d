package io.releve.mysql.binlog;

import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** A cursor over the bytes of an event, in MySQL's encodings. A read beyond the end is a {@link BufferUnderflowException}. */
final class Bytes {

    private final byte[] data;
    private final int end;
    private int at;

    Bytes(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    int left() {
        return end - at;
    }

    int unsignedByte() {
        need(1);
        return data[at++] & 0xff;
    }

    /** A number, the least significant byte first. */
    long little(int size) {
        need(size);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = (value << 8) | (data[at + i] & 0xff);
        }
        at += size;
        return value;
    }

    /** A number, the most significant byte first. */
    long big(int size) {
        need(size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | (data[at + i] & 0xff);
        }
        at += size;
        return value;
    }

    /** A number that says itself how long it is. */
    int packed() {
        int first = unsignedByte();
        long value = switch (first) {
            case 252 -> little(2);
            case 253 -> little(3);
            case 254 -> little(8);
            default -> first;
        };
        if (value < 0 || value > data.length) {
            throw new BufferUnderflowException();
        }
        return (int) value;
    }

    byte[] take(int size) {
        need(size);
        at += size;
        return Arrays.copyOfRange(data, at - size, at);
    }

    Bytes part(int size) {
        need(size);
        at += size;
        return new Bytes(data, at - size, at);
    }

    void skip(int size) {
        need(size);
        at += size;
    }

    String text(int size) {
        return new String(take(size), StandardCharsets.UTF_8);
    }

    /** So many bits, the first in the lowest bit of the first byte. */
    BitSet bits(int count) {
        BitSet bits = BitSet.valueOf(take((count + 7) / 8));
        // MySQL sets those that fill the last byte up.
        bits.clear(count, Math.max(count, bits.length()));
        return bits;
    }

    private void need(int size) {
        if (size < 0 || size > left()) {
            throw new BufferUnderflowException();
        }
    }
}
