package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The C library's own functions. Loaded on first use: a machine without them still runs the rest of the agent. */
final class LibC {

    static final short AF_NETLINK = 16;
    static final short AF_PACKET = 17;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_ATTACH_FILTER = 26;
    static final short POLLIN = 1;

    private static final int EPERM = 1;
    private static final int EINTR = 4;
    private static final int EACCES = 13;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int socket, byte[] address, int addressLength) throws LastErrorException;

    static native int setsockopt(int socket, int level, int option, Memory value, int length) throws LastErrorException;

    static native NativeLong sendto(
            int socket, byte[] data, NativeLong length, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    static native NativeLong recv(int socket, byte[] buffer, NativeLong length, int flags) throws LastErrorException;

    static native int poll(int[] descriptors, NativeLong count, int timeoutMillis) throws LastErrorException;

    static native int eventfd(int initial, int flags) throws LastErrorException;

    static native NativeLong write(int descriptor, byte[] data, NativeLong length) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    /** {@code struct sockaddr_ll}, in the machine's byte order but for the protocol. */
    static byte[] linkLayerAddress(int interfaceIndex, short protocol, byte[] frame) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_PACKET)
                .put((byte) (protocol >>> 8)) // in network order
                .put((byte) protocol)
                .putInt(interfaceIndex)
                .putShort((short) 0) // hardware type and packet type: for receiving only
                .put((byte) 0)
                .put((byte) 6)
                .put(frame, 0, Math.min(6, frame.length))
                .array();
    }

    static boolean isInterrupted(LastErrorException e) {
        return e.getErrorCode() == EINTR;
    }

    /** What a failed call means for people. */
    static IOException failure(LastErrorException e) {
        if (e.getErrorCode() == EPERM || e.getErrorCode() == EACCES) {
            return new IOException(
                    "a raw packet socket needs the capability CAP_NET_RAW: give it to the service"
                            + " (systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW), or run it as root",
                    e);
        }
        return new IOException("the packet socket failed: " + e.getMessage(), e);
    }

    /** The library itself is missing. */
    static IOException unavailable(LinkageError e) {
        return new IOException(
                "the native library JNA cannot be used here (" + e.getMessage()
                        + "); if the temporary directory is mounted noexec, name another with -Djna.tmpdir",
                e);
    }
}
