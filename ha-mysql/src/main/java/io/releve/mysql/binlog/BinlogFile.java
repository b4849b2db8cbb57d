package io.releve.mysql.binlog;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One file of a binary log of MySQL (version 4 of the format, from 5.6) or MariaDB. It may be the file that the server writes
 * to: what is not complete yet is left out. Encrypted files cannot be read.
 *
 * <p>Immutable; may be used from any thread.
 */
public final class BinlogFile {

    private static final byte[] MAGIC = {(byte) 0xfe, 'b', 'i', 'n'};
    private static final int HEADER = 19;
    private static final int CHECKSUM = 4;
    private static final int LARGEST_EVENT = 1 << 30;

    private final Path file;
    private final Function<String, List<KnownColumn>> columns;

    /**
     * A file.
     *
     * @param file where it is
     * @param columns a table's columns, asked by schema and table with a dot between; an empty list if they are not known
     */
    public BinlogFile(Path file, Function<String, List<KnownColumn>> columns) {
        this.file = file;
        this.columns = columns;
    }

    /**
     * Reads the file once, from its beginning to its end.
     *
     * @param wanted which transactions, by GTID
     * @param found given each of them, in the order of the file
     * @throws IOException if the file cannot be read, or is no binary log
     */
    public void read(Predicate<String> wanted, Consumer<BinlogTransaction> found) throws IOException {
        try (DataInputStream input =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            byte[] magic = input.readNBytes(MAGIC.length);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new IOException(file + " is not a plain binary log: it is encrypted, or something else");
            }
            TransactionReader reader =
                    new TransactionReader(String.valueOf(file.getFileName()), columns, wanted, found);
            long position = MAGIC.length;
            boolean checksums = true;
            while (true) {
                byte[] header = new byte[HEADER];
                byte[] body;
                try {
                    input.readFully(header);
                    int size = (int) new Bytes(header, 9, HEADER).little(4);
                    if (size < HEADER || size > LARGEST_EVENT) {
                        throw new IOException(
                                file + " is damaged at position " + position + ": an event of " + size + " bytes");
                    }
                    body = input.readNBytes(size - HEADER);
                    if (body.length < size - HEADER) {
                        return;
                    }
                } catch (EOFException end) {
                    return;
                }
                int type = header[4] & 0xff;
                if (type == EventType.FORMAT_DESCRIPTION) {
                    // The algorithm is named in the last byte before the description's own checksum.
                    checksums = body.length > CHECKSUM && body[body.length - CHECKSUM - 1] != 0;
                    reader.begin();
                } else {
                    int size = Math.max(0, body.length - (checksums ? CHECKSUM : 0));
                    try {
                        reader.event(header, new Bytes(body, 0, size), position);
                    } catch (BufferUnderflowException e) {
                        throw new IOException(file + " is damaged at position " + position, e);
                    }
                }
                position += HEADER + body.length;
            }
        }
    }
}
