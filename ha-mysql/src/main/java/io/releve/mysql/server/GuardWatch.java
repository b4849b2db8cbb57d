package io.releve.mysql.server;

import io.releve.mysql.replication.LeaseSession.Look;
import java.time.Duration;

/**
 * What the looks at a server that holds its lease mean: whether it is closed that should be open, and whether its guard is at
 * work. Times are readings of a clock that only goes forward, in nanoseconds. For use by one thread.
 */
final class GuardWatch {

    /** A guard that has not looked for so long does not run. */
    static final Duration SILENCE = Duration.ofMillis(2500);

    /** What there is to say after a look. */
    enum Word {
        NOTHING,
        /** It was open, and is closed. */
        CLOSED,
        /** It is open, and its guard has been silent for too long. Said again after as long a silence. */
        UNGUARDED
    }

    private boolean wasOpen;
    /** What the last look said. */
    private boolean outrun;

    private boolean closedByClock;
    private long guardedAt;
    private long rearmedAt;

    /** The session has the lock. */
    void taken(long now) {
        guardedAt = now;
        forgetClock();
    }

    /** The server was opened in this session. */
    void opened(long now) {
        wasOpen = true;
        guardedAt = now;
        forgetClock();
    }

    /** The lock was given back, or lost: who closes the server from here on has the right to. */
    void released() {
        wasOpen = false;
        forgetClock();
    }

    private void forgetClock() {
        outrun = false;
        closedByClock = false;
    }

    /**
     * Whether the server closed itself because its clock was set forward, past the end of a lease that ran on: it was open, and
     * the session that had opened it has the lock all the time since.
     */
    boolean closedByClock() {
        return closedByClock;
    }

    /** How long the guard has been silent. */
    Duration silence(long now) {
        return Duration.ofNanos(now - guardedAt);
    }

    Word saw(Look look, long now) {
        // The guard may have decided on the old end just before it was told the new one.
        boolean byClock = look.outrun() || outrun;
        outrun = look.outrun();
        boolean closed = wasOpen && !look.isOpen();
        if (look.isOpen()) {
            closedByClock = false;
        } else if (closed) {
            closedByClock = byClock;
        }
        // Under super_read_only no event runs; after opening, the first look comes within a second.
        boolean judged = wasOpen && look.isOpen() && !look.guarded();
        if (!wasOpen || look.guarded()) {
            guardedAt = now;
        }
        wasOpen = look.isOpen();
        if (closed) {
            return Word.CLOSED;
        }
        boolean due = judged
                && now - guardedAt >= SILENCE.toNanos()
                && (rearmedAt == 0 || now - rearmedAt > SILENCE.toNanos());
        if (due) {
            rearmedAt = now;
        }
        return due ? Word.UNGUARDED : Word.NOTHING;
    }
}
