package io.releve.vip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Hears claims to an address through a packet socket. The kernel's filter keeps all other traffic away from this process.
 */
final class PacketSocketWatch implements PacketWatch {

    private static final int LARGEST_FRAME = 2048;
    private final WakeableSocket socket;

    private PacketSocketWatch(WakeableSocket socket) {
        this.socket = socket;
    }

    static PacketSocketWatch open(AddressClaims claims, int interfaceIndex) throws IOException {
        try {
            // Bound only when the filter is in place: nothing else ever reaches this socket.
            int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
            try {
                attach(socket, claims.filter());
                byte[] address = LibC.linkLayerAddress(interfaceIndex, claims.protocol(), new byte[0]);
                LibC.bind(socket, address, address.length);
                return new PacketSocketWatch(new WakeableSocket(socket, LARGEST_FRAME));
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
        try {
            return socket.await(limit);
        } catch (LastErrorException e) {
            throw LibC.failure(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
