package io.releve.lab.cluster;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import io.releve.examples.lab.LabException;

/**
 * Takes frames at an interface, and sends frames out of it (packet(7)). Used by one receiving thread at a time.
 */
public final class PacketSocket {

    /** The header and the longest segment that a host hands to its card. */
    static final int LONGEST_FRAME = 10 + 14 + 65_536 + 64;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final short ETH_P_ALL = 3;
    private static final int ADDRESS_LENGTH = 20;
    private static final int INT_LENGTH = 4;
    private static final long SIOCGSTAMPNS = 0x8907;
    private static final int TIMESPEC_LENGTH = 16;

    /** The C library's own functions. */
    private static final class C {

        static {
            Native.register(C.class, "c");
        }

        static native int if_nametoindex(String name) throws LastErrorException;

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int bind(int socket, Pointer address, int length) throws LastErrorException;

        static native int setsockopt(int socket, int level, int option, IntByReference value, int length)
                throws LastErrorException;

        static native long recv(int socket, Pointer buffer, long length, int flags) throws LastErrorException;

        static native long send(int socket, Pointer buffer, long length, int flags) throws LastErrorException;

        static native int ioctl(int socket, long request, Pointer value) throws LastErrorException;
    }

    private final int socket;
    private final Memory stamp = new Memory(TIMESPEC_LENGTH);

    /**
     * Takes what comes in, to carry it elsewhere. Each frame has the kernel's header for virtual networks before it: the hosts
     * leave checksums and the cutting of long segments to their network cards, and what is still to be done must go along with
     * the frame. It lives as long as this process.
     */
    static PacketSocket carrying(String name) {
        return new PacketSocket(name, true);
    }

    /** Takes what comes in and what goes out, as it is on the wire, to look at it. It lives as long as this process. */
    public static PacketSocket watching(String name) {
        PacketSocket socket = new PacketSocket(name, false);
        try {
            socket.seenAt();
        } catch (LastErrorException none) {
            // There is no frame yet; to have asked makes the kernel note the time of each from here on.
        }
        return socket;
    }

    private PacketSocket(String name, boolean carrying) {
        try {
            // Java knows no interface that has no address.
            int card = C.if_nametoindex(name);
            // Bound before anything is received: a socket made with a protocol would at once take every interface's.
            socket = C.socket(AF_PACKET, SOCK_RAW, 0);
            if (carrying) {
                IntByReference on = new IntByReference(1);
                C.setsockopt(socket, SOL_PACKET, PACKET_VNET_HDR, on, INT_LENGTH);
                C.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, on, INT_LENGTH);
            }
            try (Memory address = new Memory(ADDRESS_LENGTH)) {
                address.clear();
                address.setShort(0, (short) AF_PACKET);
                address.setShort(2, Short.reverseBytes(ETH_P_ALL));
                address.setInt(4, card);
                C.bind(socket, address, ADDRESS_LENGTH);
            }
        } catch (LastErrorException e) {
            throw new LabException("the frames of " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Waits for a frame; returns its length, 0 if there is none because the interface is down. */
    public int receive(Memory buffer) {
        try {
            return (int) C.recv(socket, buffer, buffer.size(), 0);
        } catch (LastErrorException down) {
            return 0;
        }
    }

    /**
     * When the kernel saw the frame that was received last, however late this process was: nanoseconds since 1970, by the wall
     * clock.
     */
    public long seenAt() {
        C.ioctl(socket, SIOCGSTAMPNS, stamp);
        return stamp.getLong(0) * 1_000_000_000 + stamp.getLong(8);
    }

    /** Sends a frame; one that the interface does not take is lost, as on any line. */
    void send(Memory frame, int length) {
        try {
            C.send(socket, frame, length, 0);
        } catch (LastErrorException full) {
            // Lost.
        }
    }
}
