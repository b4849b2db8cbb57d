package io.releve.mysql.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock of their own for processes that are started with it; what they know of time otherwise is true. By libfaketime,
 * where that is installed.
 */
public final class FakeTime {

    private static final List<Path> PLACES = Stream.of(
                    "/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib64/faketime")
            .map(place -> Path.of(place, "libfaketimeMT.so.1"))
            .toList();

    private final Path file;
    private final Path library;

    private FakeTime(Path file, Path library) {
        this.file = file;
        this.library = library;
    }

    /** The true time at first; nothing where the library is missing. */
    public static Optional<FakeTime> in(Path file) {
        return PLACES.stream().filter(Files::isReadable).findFirst().map(library -> {
            FakeTime time = new FakeTime(file, library);
            time.step(0);
            return time;
        });
    }

    /** What a process needs in its environment. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                "NO_FAKE_STAT", "1",
                // Else a wait by the monotonic clock, which is true, is taken to have ended long ago.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "FAKETIME_CACHE_DURATION", "1");
    }

    /** Sets the clock, by so much from the true time; seen within a second. */
    public void step(int seconds) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n", StandardCharsets.US_ASCII);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
