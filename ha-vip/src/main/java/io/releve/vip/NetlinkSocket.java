package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A socket to the kernel's routing part (netlink(7)), for one question after the other. */
final class NetlinkSocket implements AutoCloseable {

    static final int ROUTE = 0;

    /** The kernel fills at most 32 kB at once (NLMSG_GOODSIZE and its growth). */
    private static final int BUFFER = 1 << 16;

    private final int socket;

    private NetlinkSocket(int socket) {
        this.socket = socket;
    }

    /** The kernel has said no. */
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int error;

        RefusedException(int error) {
            super("error " + error);
            this.error = error;
        }

        /** Its error number. */
        int error() {
            return error;
        }
    }

    static NetlinkSocket open() throws IOException {
        try {
            return new NetlinkSocket(LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, ROUTE));
        } catch (LastErrorException e) {
            throw new IOException("no netlink socket can be opened: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw LibC.unavailable(e);
        }
    }

    /**
     * Asks, and waits for everything that the kernel answers.
     *
     * @param many whether several messages and an end are expected, instead of one message or an acknowledgement
     * @return empty if something changed while the kernel was answering: ask again
     * @throws RefusedException if the kernel does not do it
     * @throws IOException if it does not answer within the limit
     */
    Optional<List<NetlinkMessage.Answer>> ask(NetlinkMessage request, boolean many, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        byte[] toKernel = ByteBuffer.allocate(12)
                .order(ByteOrder.nativeOrder())
                .putShort(LibC.AF_NETLINK)
                .array();
        byte[] bytes = request.bytes();
        List<NetlinkMessage.Answer> answers = new ArrayList<>();
        boolean interrupted = false;
        try {
            LibC.sendto(socket, bytes, new NativeLong(bytes.length), 0, toKernel, toKernel.length);
            while (true) {
                ByteBuffer received = receive(end);
                while (received.remaining() > 0) {
                    NetlinkMessage.Answer answer = NetlinkMessage.next(received);
                    if (answer.sequence() != request.sequence()) {
                        continue;
                    }
                    interrupted |= answer.isInterrupted();
                    if (answer.type() == NetlinkMessage.ERROR && answer.error() != 0) {
                        throw new RefusedException(answer.error());
                    }
                    if (answer.type() == NetlinkMessage.ERROR || answer.type() == NetlinkMessage.DONE) {
                        return interrupted ? Optional.empty() : Optional.of(answers);
                    }
                    answers.add(answer);
                    if (!many) {
                        return Optional.of(answers);
                    }
                }
            }
        } catch (LastErrorException e) {
            throw new IOException("the netlink socket failed: " + e.getMessage(), e);
        }
    }

    private ByteBuffer receive(long end) throws IOException {
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            // struct pollfd: the descriptor, then what is asked for and what came of it, 16 bits each.
            int asked = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? LibC.POLLIN : LibC.POLLIN << 16;
            try {
                if (left <= 0
                        || LibC.poll(new int[] {socket, asked}, new NativeLong(1), (int) Math.min(left, 60_000)) == 0) {
                    throw new IOException("the kernel did not answer over netlink in time");
                }
                byte[] buffer = new byte[BUFFER];
                int length =
                        LibC.recv(socket, buffer, new NativeLong(BUFFER), 0).intValue();
                return ByteBuffer.wrap(buffer, 0, length).order(ByteOrder.nativeOrder());
            } catch (LastErrorException e) {
                if (!LibC.isInterrupted(e)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        LibC.close(socket);
    }
}
