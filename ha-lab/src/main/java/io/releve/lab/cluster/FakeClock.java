package io.releve.lab.cluster;

import io.releve.examples.lab.LabException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A host's own wall clock. Linux has one for all processes; libfaketime, where it is installed, shows another one to
 * those that it is loaded into. Monotonic clocks are not touched, as when an administrator sets the time.
 */
public final class FakeClock {

    private static final List<String> PLACES = List.of(
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib64/faketime/libfaketimeMT.so.1",
            "/usr/lib/faketime/libfaketimeMT.so.1");

    private final Path file;
    private final boolean used;

    /**
     * @param file what the library reads
     * @param used whether processes are run by this clock at all: the true one costs them less
     */
    FakeClock(Path file, boolean used) {
        this.file = file;
        this.used = used;
        step(0);
    }

    /** The library, if it is installed. */
    public static Optional<Path> library() {
        return PLACES.stream().map(Path::of).filter(Files::isReadable).findFirst();
    }

    /** What a command needs before it, to be run by this clock; nothing if that is the true one. */
    List<String> prefix() {
        return library()
                .filter(library -> used)
                .map(library -> List.of(
                        "env",
                        "LD_PRELOAD=" + library,
                        "FAKETIME_TIMESTAMP_FILE=" + file,
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        // Times of files are of no interest, and some of its releases do not find files that are there.
                        "NO_FAKE_STAT=1",
                        "DONT_FAKE_MONOTONIC=1",
                        // With glibc 2.30 or newer it would work out anew when a wait by the monotonic clock ends.
                        // With that clock left alone it would take it to have ended long ago: a JVM would spin.
                        "FAKETIME_FORCE_MONOTONIC_FIX=0",
                        "FAKETIME_CACHE_DURATION=1"))
                .orElse(List.of());
    }

    /** Whether a process is run by this clock: the library is loaded into it. */
    boolean runs(ProcessHandle process) {
        Path mapped = Path.of("/proc", Long.toString(process.pid()), "maps");
        try (Stream<String> lines = Files.lines(mapped, StandardCharsets.UTF_8)) {
            return lines.anyMatch(line -> line.contains("/libfaketime"));
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    /**
     * Sets it; seen within a second.
     *
     * @param seconds ahead of the true time, or behind it if negative
     */
    public void step(int seconds) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n", StandardCharsets.US_ASCII);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("the clock in " + file + " cannot be set: " + e, e);
        }
    }
}
