package io.releve.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A directory on this host in which a node's JVM leaves its name. A file in it is locked as long as the JVM lives; whoever gets the lock
 * knows that the JVMs before it are dead, and reads there which incarnations of the node they were.
 *
 * <p>Thread-safety: {@link #open} and {@link #close} are for one thread; the rest is for the loop, after that.
 */
public final class StateDirectory implements Lives {

    /** Several, because a JVM may have died before it had joined in place of the one before it. */
    private static final int REMEMBERED = 16;

    private final Path directory;
    private final String fileName;
    private final String jvm = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicInteger lives = new AtomicInteger();
    private volatile Set<String> dead = Set.of();
    private @Nullable FileChannel channel;

    /**
     * Nothing is opened yet.
     *
     * @param directory local to the host; made, for this user alone, if it does not exist
     */
    public StateDirectory(Path directory, String cluster, String node) {
        this.directory = directory;
        this.fileName = (cluster + "-" + node + ".node").replace('/', '_');
    }

    /**
     * Locks the file until this JVM ends, or {@link #close}.
     *
     * @throws IOException if the file cannot be used, or another JVM of this node is alive; the message says which
     */
    @Override
    public void open() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path file = directory.resolve(fileName);
        FileChannel opened =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            lock(opened, file);
            List<String> names = read(opened);
            dead = Set.copyOf(names);
            names.add(jvm);
            write(opened, names.subList(Math.max(0, names.size() - REMEMBERED), names.size()));
            // Kept open: the system drops the lock as soon as this JVM closes any channel to the file.
            channel = opened;
        } finally {
            if (channel == null) {
                opened.close();
            }
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameJvm) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("this node is already running in another JVM, or twice in this one: " + file
                    + " is locked; end the other one, or give this node another name or state directory");
        }
    }

    private static List<String> read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(channel.size(), 4096));
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Reads until the buffer is full.
        }
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        return new ArrayList<>(text.lines().filter(line -> !line.isBlank()).toList());
    }

    private static void write(FileChannel channel, List<String> names) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((String.join("\n", names) + "\n").getBytes(StandardCharsets.US_ASCII));
        channel.truncate(0);
        channel.position(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public String next() {
        return jvm + "." + lives.incrementAndGet();
    }

    @Override
    public boolean isOver(String incarnation) {
        int dot = incarnation.indexOf('.');
        return dot > 0 && dead.contains(incarnation.substring(0, dot));
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException unimportant) {
                // The end of the JVM lets go of it.
            }
        }
    }
}
