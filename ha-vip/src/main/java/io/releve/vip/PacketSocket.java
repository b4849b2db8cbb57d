package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Linux's raw packet socket (packet(7)), which Java itself does not offer; for sending. */
final class PacketSocket implements PacketSender {

    /**
     * One for all interfaces of this process, never closed: the kernel takes tens of milliseconds to close a packet socket,
     * and a failover would wait for that.
     */
    private static int open = -1;

    /** Loads the native library, so that the first announcement need not wait for it (some 200 ms). */
    void prepare() throws IOException {
        try {
            // Any call will do; closing no socket is the least.
            LibC.close(-1);
        } catch (LastErrorException e) {
            // EBADF, as it should be
        } catch (LinkageError e) {
            throw LibC.unavailable(e);
        }
    }

    @Override
    public void send(int interfaceIndex, byte[] frame) throws IOException {
        try {
            short protocol = ByteBuffer.wrap(frame).getShort(12);
            byte[] address = LibC.linkLayerAddress(interfaceIndex, protocol, frame);
            LibC.sendto(socket(), frame, new NativeLong(frame.length), 0, address, address.length);
        } catch (LastErrorException e) {
            throw LibC.failure(e);
        } catch (LinkageError e) {
            throw LibC.unavailable(e);
        }
    }

    private static synchronized int socket() {
        if (open < 0) {
            // Protocol 0: this socket receives nothing.
            open = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        }
        return open;
    }
}
