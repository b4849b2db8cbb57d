package io.releve.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.releve.examples.lab.JavaCommand;
import io.releve.examples.lab.ManagedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeClockIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SLACK_MILLIS = 2_000;

    @TempDir
    private Path directory;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    /**
     * The two clocks of the other process, less those of this one, which share the machine's; and how long it has waited
     * in between.
     */
    private record Ahead(long wall, long monotonic, long waited) {}

    @Test
    void shouldSetTheWallClockOfAProcessAndLeaveItsMonotonicOneAlone() throws Exception {
        assumeLibrary();
        FakeClock clock = new FakeClock(directory.resolve("clock"), true);
        try (ManagedProcess other = start(clock.prefix())) {
            assertThat(ask(other).wall()).isBetween(-SLACK_MILLIS, SLACK_MILLIS);
            assertThat(clock.runs(other.handle())).isTrue();

            clock.step(60);
            Ahead forward = awaitStep(other, 60_000);
            clock.step(-60);
            Ahead back = awaitStep(other, -60_000);

            assertThat(List.of(forward.monotonic(), back.monotonic()))
                    .allSatisfy(ahead -> assertThat(ahead).isBetween(-SLACK_MILLIS, SLACK_MILLIS));
        }
    }

    @Test
    void shouldLetTheWaitsOfAProcessTakeTheirTimeWhateverTheWallClockSays() throws Exception {
        assumeLibrary();
        FakeClock clock = new FakeClock(directory.resolve("clock"), true);
        try (ManagedProcess other = start(clock.prefix())) {
            Ahead right = ask(other);
            clock.step(60);
            Ahead forward = awaitStep(other, 60_000);
            clock.step(-60);
            Ahead back = awaitStep(other, -60_000);

            assertThat(List.of(right.waited(), forward.waited(), back.waited()))
                    .allSatisfy(waited -> assertThat(waited)
                            .isBetween(ClockProgram.WAIT_MILLIS / 2, ClockProgram.WAIT_MILLIS + SLACK_MILLIS));
        }
    }

    @Test
    void shouldSayThatAProcessDoesNotGoByTheClock() {
        FakeClock clock = new FakeClock(directory.resolve("clock"), true);

        assertThat(clock.runs(ProcessHandle.current())).isFalse();
    }

    private static void assumeLibrary() {
        assumeThat(FakeClock.library())
                .as("libfaketime is not installed (Debian, Ubuntu: apt install libfaketime)")
                .isPresent();
    }

    private ManagedProcess start(List<String> prefix) {
        return ManagedProcess.start(
                "clock",
                Stream.of(prefix, JavaCommand.of(ClockProgram.class, 16, List.of(), List.of()))
                        .flatMap(List::stream)
                        .toList(),
                directory.resolve("log"),
                said::add);
    }

    private Ahead awaitStep(ManagedProcess other, long millis) throws InterruptedException {
        return Patience.until(
                "the clock is set",
                PATIENCE,
                () -> Optional.of(ask(other)).filter(ahead -> Math.abs(ahead.wall() - millis) < SLACK_MILLIS));
    }

    private Ahead ask(ManagedProcess other) {
        assertThat(other.send("?")).isTrue();
        try {
            String answer = said.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer).isNotNull();
            String[] clocks = answer.split(" ", 3);
            return new Ahead(
                    Long.parseLong(clocks[0]) - System.currentTimeMillis(),
                    Long.parseLong(clocks[1]) - System.nanoTime() / 1_000_000,
                    Long.parseLong(clocks[2]));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
