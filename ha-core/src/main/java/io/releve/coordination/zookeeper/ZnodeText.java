package io.releve.coordination.zookeeper;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Texts as they stand in ZooKeeper: UTF-8, deflated where that is worth it. Plans and reports shrink to a twentieth or
 * less.
 *
 * <pre>
 * text in UTF-8                 up to 4,096 bytes, and never beginning with a zero byte
 * 0, then the deflated text     above
 * </pre>
 */
final class ZnodeText {

    /** Up to this size people can read what stands there with any client of ZooKeeper. */
    static final int PLAIN_LIMIT = 4096;

    /** The greatest text that is read: 64 MB. What claims to be more is not ours. */
    static final int READ_LIMIT = 64 << 20;

    private static final byte DEFLATED = 0;
    private static final int CHUNK = 1 << 16;

    private ZnodeText() {}

    static byte[] encode(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        return plain.length <= PLAIN_LIMIT && (plain.length == 0 || plain[0] != DEFLATED) ? plain : deflated(plain);
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 8 + 64);
            out.write(DEFLATED);
            byte[] chunk = new byte[CHUNK];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @throws DataFormatException if it is neither
     */
    static String decode(byte[] data) throws DataFormatException {
        if (data.length == 0 || data[0] != DEFLATED) {
            return new String(data, StandardCharsets.UTF_8);
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data, 1, data.length - 1);
            ByteArrayOutputStream out = new ByteArrayOutputStream(data.length * 8);
            byte[] chunk = new byte[CHUNK];
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                out.write(chunk, 0, count);
                if (out.size() > READ_LIMIT || (count == 0 && !inflater.finished())) {
                    throw new DataFormatException(
                            "the compressed text of " + data.length + " bytes is damaged or larger than " + READ_LIMIT);
                }
            }
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            inflater.end();
        }
    }
}
