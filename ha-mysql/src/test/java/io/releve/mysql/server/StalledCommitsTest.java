package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StalledCommitsTest {

    private static final long ROOMY = 1L << 30;

    private final StalledCommits commits = new StalledCommits(Duration.ofSeconds(10));

    /** Sessions whose statements have taken as long as all of this test. */
    private Optional<String> look(int millis, long usableBytes, Long... committing) {
        return lookAtStatementsOf(millis / 1000, millis, usableBytes, committing);
    }

    private Optional<String> lookAtStatementsOf(long seconds, int millis, long usableBytes, Long... committing) {
        // The clock's origin is anywhere.
        return commits.look(
                Arrays.stream(committing).collect(Collectors.toMap(session -> session, session -> seconds)),
                usableBytes,
                Duration.ofMillis(millis).toNanos() - Long.MAX_VALUE / 2);
    }

    @Test
    void shouldSayAfterOneSecondThatTheDiskIsFull() {
        assertThat(look(0, 0, 7L, 8L)).isEmpty();
        assertThat(look(900, 0, 7L, 8L)).isEmpty();
        assertThat(look(1100, 4096, 7L, 8L))
                .contains(
                        "writes nothing: 2 commits stand still, the oldest for at least 1100 ms, and 4096 bytes are left"
                                + " on the disk of its data: make space");
    }

    @Test
    void shouldBearCommitsOneAfterTheOtherOnAFullDisk() {
        assertThat(look(0, 0, 7L)).isEmpty();
        assertThat(look(500, 0, 8L)).isEmpty();
        assertThat(look(1000, 0, 7L)).isEmpty();
        assertThat(look(1500, 0)).isEmpty();
        assertThat(look(2000, 0, 8L)).isEmpty();
    }

    @Test
    void shouldGiveADiskWithSpaceUntilTheLimit() {
        assertThat(look(0, ROOMY, 7L)).isEmpty();
        assertThat(look(9900, ROOMY, 7L)).isEmpty();
        assertThat(look(10_000, ROOMY, 7L)).get().asString().contains("look at whether it answers");
    }

    /** Whoever does nothing but commit is caught at it at each look. */
    @Test
    void shouldNotTakeManyShortCommitsForALongOne() {
        for (int millis = 0; millis <= 60_000; millis += 500) {
            assertThat(lookAtStatementsOf(0, millis, ROOMY, 7L, 8L)).isEmpty();
        }
    }

    @Test
    void shouldForgetEverythingWhileTheServerIsNoPrimary() {
        assertThat(look(0, ROOMY, 7L)).isEmpty();
        assertThat(look(5000, ROOMY)).isEmpty();
        assertThat(look(12_000, ROOMY, 7L)).isEmpty();
    }

    @Test
    void shouldForgetACommitThatHasEnded() {
        assertThat(look(0, ROOMY, 7L, 8L)).isEmpty();
        assertThat(look(9000, ROOMY, 8L)).isEmpty();
        assertThat(look(9500, ROOMY, 7L)).isEmpty();
        assertThat(look(18_000, ROOMY, 7L)).isEmpty();
    }
}
