package io.releve.lab.measure;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.NetworkNamespace;
import io.releve.lab.cluster.PacketSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client on the same segment that asks the address every millisecond (ICMP echo, which the kernel of whoever has the address
 * answers), and looks at its own network card: to which hardware address its questions go, and when answers come. Its kernel's own
 * neighbour table decides on the former, as for any application. Times are the kernel's, of the frames.
 *
 * <p>Thread-safe.
 */
public final class EchoClient implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_ICMP = 1;
    private static final int SOL_RAW = 255;
    private static final int ICMP_FILTER = 1;
    private static final int SOCKADDR_LENGTH = 16;
    private static final int MESSAGE_LENGTH = 16;
    private static final byte ECHO_REQUEST = 8;
    private static final byte ECHO_REPLY = 0;

    private static final int FRAME_LENGTH = 2048;
    private static final int ETHERNET = 14;
    private static final int SHORTEST = ETHERNET + 20 + 8;
    private static final int IPV4 = 0x0800;
    private static final HexFormat MAC = HexFormat.ofDelimiter(":");

    /** The C library's own functions. */
    private static final class C {

        static {
            Native.register(C.class, "c");
        }

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native int setsockopt(int socket, int level, int option, Pointer value, int length)
                throws LastErrorException;

        static native long sendto(int socket, Pointer message, long length, int flags, Pointer to, int toLength)
                throws LastErrorException;

        static native int close(int socket) throws LastErrorException;
    }

    private final String namespace;
    private final byte[] address;
    private final List<Frame> frames = new ArrayList<>();
    private final List<Long> attempts = new ArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(2);
    private long wallClockAhead;
    private volatile boolean closed;
    private volatile @Nullable String failure;

    private EchoClient(String namespace, String address) {
        this.namespace = namespace;
        try {
            this.address = InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new LabException(address + " is no address", e);
        }
    }

    /** Begins to ask. */
    public static EchoClient start(String namespace, String address) throws InterruptedException {
        EchoClient client = new EchoClient(namespace, address);
        client.restart();
        client.begin("echo-capture", client::look);
        client.begin("echo-client", client::ask);
        client.ready.await();
        client.traffic();
        return client;
    }

    private void begin(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        NetworkNamespace.enter(namespace);
                        work.run();
                    } catch (LastErrorException | LabException e) {
                        failure = name + " has ended: " + e.getMessage();
                        ready.countDown();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void ask() {
        int socket = C.socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
        try (Memory option = new Memory(Integer.BYTES);
                Memory to = new Memory(SOCKADDR_LENGTH);
                Memory message = new Memory(MESSAGE_LENGTH)) {
            // Answers are looked at on the card.
            option.setInt(0, -1);
            C.setsockopt(socket, SOL_RAW, ICMP_FILTER, option, Integer.BYTES);
            to.clear();
            to.setShort(0, (short) AF_INET);
            to.write(4, address, 0, address.length);
            ready.countDown();
            long next = System.nanoTime();
            for (int number = 0; !closed; number++) {
                message.write(0, echo(number), 0, MESSAGE_LENGTH);
                attempt();
                try {
                    C.sendto(socket, message, MESSAGE_LENGTH, 0, to, SOCKADDR_LENGTH);
                } catch (LastErrorException unreachable) {
                    // Nobody says who has the address.
                }
                next = Math.max(next + PACE_NANOS, System.nanoTime());
                for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        } finally {
            C.close(socket);
        }
    }

    /** An echo request (RFC 792). */
    static byte[] echo(int number) {
        byte[] message = new byte[MESSAGE_LENGTH];
        message[0] = ECHO_REQUEST;
        message[4] = 0x52;
        message[6] = (byte) (number >>> 8);
        message[7] = (byte) number;
        int sum = 0;
        for (int i = 0; i < message.length; i += 2) {
            sum += (message[i] & 0xFF) << 8 | (message[i + 1] & 0xFF);
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = ~(sum + (sum >>> 16));
        message[2] = (byte) (sum >>> 8);
        message[3] = (byte) sum;
        return message;
    }

    private synchronized void attempt() {
        attempts.add(System.nanoTime());
    }

    private void look() {
        PacketSocket socket = PacketSocket.watching("eth0");
        try (Memory buffer = new Memory(FRAME_LENGTH)) {
            ready.countDown();
            while (!closed) {
                int length = socket.receive(buffer);
                if (length >= SHORTEST) {
                    byte[] bytes = buffer.getByteArray(0, length);
                    read(bytes, address).ifPresent(frame -> add(frame, socket.seenAt()));
                }
            }
        }
    }

    /** A question to the address, or an answer from it; its time is still to be found out. */
    static Optional<Frame> read(byte[] bytes, byte[] address) {
        boolean icmp = ((bytes[12] & 0xFF) << 8 | (bytes[13] & 0xFF)) == IPV4
                && (bytes[ETHERNET] & 0x0F) == 5
                && bytes[ETHERNET + 9] == IPPROTO_ICMP;
        if (icmp && bytes[ETHERNET + 20] == ECHO_REQUEST && holds(bytes, ETHERNET + 16, address)) {
            return Optional.of(new Frame(0, true, MAC.formatHex(bytes, 0, 6)));
        }
        if (icmp && bytes[ETHERNET + 20] == ECHO_REPLY && holds(bytes, ETHERNET + 12, address)) {
            return Optional.of(new Frame(0, false, MAC.formatHex(bytes, 6, 12)));
        }
        return Optional.empty();
    }

    private static boolean holds(byte[] bytes, int at, byte[] address) {
        return Arrays.equals(bytes, at, at + address.length, address, 0, address.length);
    }

    private synchronized void add(Frame frame, long wallNanos) {
        frames.add(new Frame(wallNanos - wallClockAhead, frame.question(), frame.mac()));
    }

    /** Forgets what was seen up to now. */
    public synchronized void restart() {
        frames.clear();
        attempts.clear();
        Instant now = Instant.now();
        wallClockAhead = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
    }

    /** What was seen since the last restart. */
    public synchronized Traffic traffic() {
        if (failure != null) {
            throw new LabException(failure);
        }
        return new Traffic(frames, attempts);
    }

    @Override
    public void close() {
        closed = true;
    }
}
