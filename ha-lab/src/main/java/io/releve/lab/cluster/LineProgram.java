package io.releve.lab.cluster;

import com.sun.jna.Memory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A bad line between two interfaces: takes the frames of each, loses some, and sends the others out of the other one, late.
 * Not every kernel has a queueing discipline that does so. Ends when its input ends.
 */
@Command(name = "line", description = "Carries frames from one interface to another, slowly.")
public final class LineProgram implements Callable<Integer> {

    static final String READY = "@ready";

    /** What does not fit is lost. */
    private static final int QUEUE = 2_000;

    @Option(names = "--interface", required = true, arity = "2", description = "The two ends.")
    private String[] interfaces = {};

    @Option(names = "--delay-millis", required = true)
    private long delayMillis;

    @Option(names = "--jitter-millis", required = true)
    private long jitterMillis;

    @Option(names = "--loss", required = true)
    private double loss;

    @Option(names = "--seed", required = true)
    private long seed;

    private record Frame(Memory bytes, int length, long due) {}

    private LineProgram() {}

    /** Runs until its input ends. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LineProgram()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        PacketSocket one = PacketSocket.carrying(interfaces[0]);
        PacketSocket other = PacketSocket.carrying(interfaces[1]);
        carry(one, other, line(seed));
        carry(other, one, line(seed + 1));
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // Whoever started this program keeps the other end of the pipe.
        }
        return 0;
    }

    private SlowLine line(long ownSeed) {
        return new SlowLine(Duration.ofMillis(delayMillis), Duration.ofMillis(jitterMillis), loss, ownSeed);
    }

    private static void carry(PacketSocket from, PacketSocket to, SlowLine line) {
        BlockingQueue<Frame> onTheWay = new ArrayBlockingQueue<>(QUEUE);
        start("reader", () -> read(from, line, onTheWay));
        start("sender", () -> send(to, onTheWay));
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(PacketSocket from, SlowLine line, BlockingQueue<Frame> onTheWay) {
        try (Memory buffer = new Memory(PacketSocket.LONGEST_FRAME)) {
            while (true) {
                int length = from.receive(buffer);
                if (length > 0 && !line.loses()) {
                    Memory bytes = new Memory(length);
                    bytes.write(0, buffer.getByteArray(0, length), 0, length);
                    // A full queue loses it.
                    boolean unused = onTheWay.offer(new Frame(bytes, length, line.arrival(System.nanoTime())));
                }
            }
        }
    }

    private static void send(PacketSocket to, BlockingQueue<Frame> onTheWay) {
        try {
            while (true) {
                Frame frame = onTheWay.take();
                for (long left = frame.due() - System.nanoTime(); left > 0; left = frame.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                try (Memory bytes = frame.bytes()) {
                    to.send(bytes, frame.length());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
