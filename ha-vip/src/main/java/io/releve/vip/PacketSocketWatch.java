package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hears claims to an address through a packet socket. The kernel's filter keeps all other traffic away from this process; a
 * second descriptor ends the wait, because closing a socket does not wake who waits on it.
 */
final class PacketSocketWatch implements PacketWatch {

    private static final int LARGEST_FRAME = 2048;
    private static final int READABLE = LibC.POLLIN;

    private final int socket;
    private final int waker;
    private final AtomicBoolean closing = new AtomicBoolean();

    // The descriptors' numbers are used again by the system: they are released once, when nobody waits on them.
    private boolean waiting;
    private boolean released;

    private PacketSocketWatch(int socket, int waker) {
        this.socket = socket;
        this.waker = waker;
    }

    static PacketSocketWatch open(AddressClaims claims, int interfaceIndex) throws IOException {
        try {
            // Bound only when the filter is in place: nothing else ever reaches this socket.
            int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
            try {
                attach(socket, claims.filter());
                byte[] address = LibC.linkLayerAddress(interfaceIndex, claims.protocol(), new byte[0]);
                LibC.bind(socket, address, address.length);
                return new PacketSocketWatch(socket, LibC.eventfd(0, LibC.SOCK_CLOEXEC));
            } catch (LastErrorException e) {
                LibC.close(socket);
                throw e;
            }
        } catch (LastErrorException e) {
            throw LibC.failure(e);
        } catch (LinkageError e) {
            throw LibC.unavailable(e);
        }
    }

    /** {@code struct sock_fprog} and the {@code struct sock_filter}s that it points to. */
    private static void attach(int socket, List<AddressClaims.Instruction> filter) {
        try (Memory instructions = new Memory(filter.size() * 8L);
                Memory program = new Memory(2L * Native.POINTER_SIZE)) {
            for (int i = 0; i < filter.size(); i++) {
                AddressClaims.Instruction instruction = filter.get(i);
                instructions.setShort(i * 8L, (short) instruction.code());
                instructions.setByte(i * 8L + 2, (byte) instruction.ifTrue());
                instructions.setByte(i * 8L + 3, (byte) instruction.ifFalse());
                instructions.setInt(i * 8L + 4, instruction.operand());
            }
            program.clear();
            program.setShort(0, (short) filter.size());
            program.setPointer(Native.POINTER_SIZE, instructions);
            LibC.setsockopt(socket, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, program, (int) program.size());
        }
    }

    @Override
    public Optional<byte[]> await(Duration limit) throws IOException {
        synchronized (this) {
            if (closing.get() || released) {
                return Optional.empty();
            }
            waiting = true;
        }
        try {
            return poll(System.nanoTime() + limit.toNanos());
        } catch (LastErrorException e) {
            throw LibC.failure(e);
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
                    byte[] buffer = new byte[LARGEST_FRAME];
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
