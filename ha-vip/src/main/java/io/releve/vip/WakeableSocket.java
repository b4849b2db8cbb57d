package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket on which one thread waits, and whose wait another one can end: closing a socket does not wake who waits on it, so a
 * second descriptor does.
 */
final class WakeableSocket implements AutoCloseable {

    private static final int READABLE = LibC.POLLIN;

    private final int socket;
    private final int waker;
    private final int largest;
    private final AtomicBoolean closing = new AtomicBoolean();

    // The descriptors' numbers are used again by the system: they are released once, when nobody waits on them.
    private boolean waiting;
    private boolean released;

    /**
     * @param socket belongs to this object from now on
     * @param largest how much is received at once, in bytes; the rest of a longer message is lost
     */
    WakeableSocket(int socket, int largest) {
        this.socket = socket;
        this.largest = largest;
        this.waker = LibC.eventfd(0, LibC.SOCK_CLOEXEC);
    }

    /**
     * Waits for the next message.
     *
     * @return empty if none came, or this was closed
     */
    Optional<byte[]> await(Duration limit) throws LastErrorException {
        synchronized (this) {
            if (closing.get() || released) {
                return Optional.empty();
            }
            waiting = true;
        }
        try {
            return poll(System.nanoTime() + limit.toNanos());
        } finally {
            synchronized (this) {
                waiting = false;
                releaseIfIdle();
            }
        }
    }

    private Optional<byte[]> poll(long deadline) {
        while (!closing.get()) {
            long left = Math.max(0, deadline - System.nanoTime());
            // struct pollfd, twice: the descriptor, then what is asked for and what came of it, 16 bits each.
            int asked = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? READABLE : READABLE << 16;
            int[] descriptors = {socket, asked, waker, asked};
            try {
                int ready =
                        LibC.poll(descriptors, new NativeLong(2), (int) Math.min(Integer.MAX_VALUE, left / 1_000_000));
                if (ready > 0 && descriptors[1] != asked && !closing.get()) {
                    byte[] buffer = new byte[largest];
                    int length = LibC.recv(socket, buffer, new NativeLong(buffer.length), 0)
                            .intValue();
                    return Optional.of(Arrays.copyOf(buffer, length));
                }
                if (ready == 0 && deadline - System.nanoTime() < 1_000_000) {
                    return Optional.empty();
                }
            } catch (LastErrorException e) {
                if (!LibC.isInterrupted(e)) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closing.set(true);
        synchronized (this) {
            if (waiting) {
                byte[] one = ByteBuffer.allocate(8)
                        .order(ByteOrder.nativeOrder())
                        .putLong(1)
                        .array();
                LibC.write(waker, one, new NativeLong(one.length));
            } else {
                releaseIfIdle();
            }
        }
    }

    private void releaseIfIdle() {
        if (closing.get() && !waiting && !released) {
            released = true;
            LibC.close(socket);
            LibC.close(waker);
        }
    }
}
