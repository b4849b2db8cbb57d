package io.releve.vip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A message of rtnetlink (rtnetlink(7)): a header, a part of fixed size, attributes. In the machine's byte order, each part
 * aligned to four bytes.
 */
final class NetlinkMessage {

    static final short ERROR = 2;
    static final short DONE = 3;

    private static final short INTERRUPTED = 0x10;

    static final short REQUEST = 1;
    static final short ACKNOWLEDGE = 4;
    static final short REPLACE = 0x100;
    static final short CREATE = 0x400;
    static final short ALL = 0x300;

    private static final int HEADER = 16;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int LARGEST = 1024;

    private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST).order(ByteOrder.nativeOrder());

    private final int sequence;

    private NetlinkMessage(short type, int flags, int sequence) {
        this.sequence = sequence;
        buffer.putInt(0)
                .putShort(type)
                .putShort((short) (REQUEST | flags))
                .putInt(sequence)
                .putInt(0); // to the kernel
    }

    /** A request with nothing in it yet. */
    static NetlinkMessage request(short type, int flags, int sequence) {
        return new NetlinkMessage(type, flags, sequence);
    }

    /** Adds the part of fixed size of a message about interfaces ({@code struct ifinfomsg}). */
    NetlinkMessage aboutInterfaces() {
        buffer.putLong(0).putLong(0);
        return this;
    }

    /** Adds the part of fixed size of a message about addresses ({@code struct ifaddrmsg}). */
    NetlinkMessage aboutAddresses(int family, int prefixLength, int scope, int interfaceIndex) {
        buffer.put((byte) family)
                .put((byte) prefixLength)
                .put((byte) 0)
                .put((byte) scope)
                .putInt(interfaceIndex);
        return this;
    }

    /** Adds the part of fixed size of a message about routes ({@code struct rtmsg}). */
    NetlinkMessage aboutRoutes(int family) {
        buffer.put((byte) family).put(new byte[11]);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        buffer.putShort((short) (ATTRIBUTE_HEADER + value.length))
                .putShort((short) type)
                .put(value);
        buffer.position(aligned(buffer.position()));
        return this;
    }

    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute of 32-bit numbers. */
    NetlinkMessage attribute(int type, int... values) {
        ByteBuffer numbers = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
        for (int value : values) {
            numbers.putInt(value);
        }
        return attribute(type, numbers.array());
    }

    /** The number that its answers carry. */
    int sequence() {
        return sequence;
    }

    byte[] bytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.putInt(0, bytes.length).get(0, bytes);
        return bytes;
    }

    /**
     * A message from the kernel.
     *
     * @param type what kind of message
     * @param flags what the kernel says about it
     * @param sequence that of the request it answers
     * @param body what follows the header, in the machine's byte order
     */
    record Answer(short type, short flags, int sequence, ByteBuffer body) {

        /** Whether something changed while the kernel was answering, so that parts may be missing. */
        boolean isInterrupted() {
            return (flags & INTERRUPTED) != 0;
        }

        /** The error number of an {@link #ERROR}; 0 says that the request was carried out. */
        int error() {
            return -body.getInt(0);
        }

        /** The attributes after a part of fixed size. */
        Map<Integer, byte[]> attributes(int fixed) {
            Map<Integer, byte[]> attributes = new HashMap<>();
            int at = fixed;
            while (at + ATTRIBUTE_HEADER <= body.limit()) {
                int length = Short.toUnsignedInt(body.getShort(at));
                if (length < ATTRIBUTE_HEADER || at + length > body.limit()) {
                    break;
                }
                byte[] value = new byte[length - ATTRIBUTE_HEADER];
                body.get(at + ATTRIBUTE_HEADER, value);
                // The two highest bits say how it is packed.
                attributes.put(body.getShort(at + 2) & 0x3fff, value);
                at += aligned(length);
            }
            return attributes;
        }
    }

    /** Takes the next message out of what was received; the position is at the one after it then. */
    static Answer next(ByteBuffer received) {
        int start = received.position();
        int length = received.getInt(start);
        if (length < HEADER || length > received.remaining()) {
            throw new IllegalArgumentException(
                    "a message of " + length + " bytes in " + received.remaining() + " bytes from the kernel");
        }
        Answer answer = new Answer(
                received.getShort(start + 4),
                received.getShort(start + 6),
                received.getInt(start + 8),
                received.slice(start + HEADER, length - HEADER).order(ByteOrder.nativeOrder()));
        received.position(Math.min(received.limit(), start + aligned(length)));
        return answer;
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
