package io.releve.mysql.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a server's commits stand still, because its disk is full or does not answer. MariaDB and MySQL do not report that:
 * they wait, look again once a minute, and answer whatever needs no disk, a monitor's questions included.
 *
 * <p>For use by one thread at a time.
 */
final class StalledCommits {

    /** On a full disk nothing goes on by itself: this is only so long that a commit is not caught in passing. */
    private static final Duration ON_A_FULL_DISK = Duration.ofSeconds(1);

    /** Less than this is a full disk. */
    private static final long FULL_BYTES = 1 << 20;

    private final Duration limit;
    private final Map<Long, Long> since = new HashMap<>();

    /**
     * @param limit how long a commit may take while there is space
     */
    StalledCommits(Duration limit) {
        this.limit = limit;
    }

    /**
     * Takes note of what was seen.
     *
     * <p>That a session is committing at each look does not tell of one long commit: who does nothing but small ones is found
     * so, too. Its statement must have taken as long as well.
     *
     * @param committing the sessions that were committing and did not wait for an acknowledgement, each with the whole seconds
     *     that its statement has taken; none if the server is no primary
     * @param usableBytes how much space is left
     * @param now the time, in nanoseconds
     * @return what is wrong, after the server's name; empty if nothing is
     */
    Optional<String> look(Map<Long, Long> committing, long usableBytes, long now) {
        since.keySet().retainAll(committing.keySet());
        // Seconds are cut off: the statement began at most one earlier.
        committing.forEach((session, seconds) -> since.merge(
                session,
                now,
                (known, unused) ->
                        Math.max(known, now - Duration.ofSeconds(seconds + 1).toNanos())));
        Duration longest = Duration.ofNanos(
                since.values().stream().mapToLong(begun -> now - begun).max().orElse(0));
        boolean full = usableBytes < FULL_BYTES;
        if (longest.compareTo(full ? ON_A_FULL_DISK : limit) < 0) {
            return Optional.empty();
        }
        String what = "writes nothing: " + since.size() + " commits stand still, the oldest for at least "
                + longest.toMillis() + " ms, ";
        return Optional.of(
                full
                        ? what + "and " + usableBytes + " bytes are left on the disk of its data: make space"
                        : what + "and the disk of its data is not full: look at whether it answers");
    }
}
