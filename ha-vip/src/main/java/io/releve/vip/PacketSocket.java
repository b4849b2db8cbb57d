package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Linux's raw packet socket (packet(7)), which Java itself does not offer. */
final class PacketSocket implements PacketSender {

    private static final short AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int EPERM = 1;
    private static final int EACCES = 13;

    /** The C library's own functions. Loaded on first use: a machine without them still runs the rest of the agent. */
    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native NativeLong sendto(
                int socket, byte[] data, NativeLong length, int flags, byte[] address, int addressLength)
                throws LastErrorException;

        static native int close(int socket) throws LastErrorException;
    }

    /** Loads the native library, so that the first announcement need not wait for it (some 200 ms). */
    void prepare() throws IOException {
        try {
            // Any call will do; closing no socket is the least.
            C.close(-1);
        } catch (LastErrorException e) {
            // EBADF, as it should be
        } catch (LinkageError e) {
            throw unavailable(e);
        }
    }

    @Override
    public void send(int interfaceIndex, byte[] frame) throws IOException {
        try {
            // Protocol 0: this socket receives nothing.
            int socket = C.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
            try {
                byte[] address = linkLayerAddress(interfaceIndex, frame);
                C.sendto(socket, frame, new NativeLong(frame.length), 0, address, address.length);
            } finally {
                C.close(socket);
            }
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EPERM || e.getErrorCode() == EACCES) {
                throw new IOException(
                        "a raw packet socket needs the capability CAP_NET_RAW: give it to the service"
                                + " (systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW), or run it as root",
                        e);
            }
            throw new IOException("the packet socket failed: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw unavailable(e);
        }
    }

    /** {@code struct sockaddr_ll}, in the machine's byte order but for the protocol. */
    static byte[] linkLayerAddress(int interfaceIndex, byte[] frame) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort(AF_PACKET)
                .put(frame, 12, 2) // the frame's EtherType is in network order already
                .putInt(interfaceIndex)
                .putShort((short) 0) // hardware type and packet type: for receiving only
                .put((byte) 0)
                .put((byte) 6)
                .put(frame, 0, 6)
                .array();
    }

    private static IOException unavailable(LinkageError e) {
        return new IOException(
                "the native library JNA cannot be used here (" + e.getMessage()
                        + "); if the temporary directory is mounted noexec, name another with -Djna.tmpdir",
                e);
    }
}
