package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.replication.LeaseSession.Access;
import io.releve.mysql.replication.LeaseSession.Look;
import io.releve.mysql.server.GuardWatch.Word;
import org.junit.jupiter.api.Test;

class GuardWatchTest {

    private static final long SECOND = 1_000_000_000;
    private static final Look WELL = new Look(Access.OPEN, true, false);
    private static final Look CLOSED = new Look(Access.CLOSED, false, false);
    private static final Look UNGUARDED = new Look(Access.OPEN, false, false);

    private static final Look OUTRUN = new Look(Access.CLOSING, false, true);

    private final GuardWatch watch = new GuardWatch();

    private void open() {
        watch.taken(0);
        watch.opened(0);
        assertThat(watch.saw(WELL, SECOND)).isEqualTo(Word.NOTHING);
    }

    @Test
    void shouldSayOnceThatTheServerIsClosed() {
        open();

        assertThat(watch.saw(CLOSED, 2 * SECOND)).isEqualTo(Word.CLOSED);
        assertThat(watch.saw(CLOSED, 3 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.closedByClock()).isFalse();
    }

    @Test
    void shouldSayNothingOfAServerThatWasNotOpened() {
        watch.taken(0);

        assertThat(watch.saw(CLOSED, SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.saw(OUTRUN, 2 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.closedByClock()).isFalse();
    }

    @Test
    void shouldKnowThatTheClockHasClosedIt() {
        open();

        assertThat(watch.saw(OUTRUN, 2 * SECOND)).isEqualTo(Word.CLOSED);
        assertThat(watch.closedByClock()).isTrue();
        assertThat(watch.saw(CLOSED, 3 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.closedByClock()).isTrue();
    }

    /** The guard had decided on the old end when it was told the new one. */
    @Test
    void shouldBlameTheClockForWhatIsClosedOneLookLater() {
        open();
        assertThat(watch.saw(new Look(Access.OPEN, true, true), 2 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.closedByClock()).isFalse();

        assertThat(watch.saw(CLOSED, 3 * SECOND)).isEqualTo(Word.CLOSED);
        assertThat(watch.closedByClock()).isTrue();
    }

    @Test
    void shouldNotBlameTheClockForWhatIsClosedLaterStill() {
        open();
        watch.saw(new Look(Access.OPEN, true, true), 2 * SECOND);
        watch.saw(WELL, 3 * SECOND);

        assertThat(watch.saw(CLOSED, 4 * SECOND)).isEqualTo(Word.CLOSED);
        assertThat(watch.closedByClock()).isFalse();
    }

    @Test
    void shouldForgetTheClockWhenTheSessionHasGivenTheLockBackOrIsAnother() {
        open();
        watch.saw(OUTRUN, 2 * SECOND);
        watch.released();
        assertThat(watch.closedByClock()).isFalse();

        open();
        watch.saw(OUTRUN, 2 * SECOND);
        watch.taken(3 * SECOND);
        assertThat(watch.closedByClock()).isFalse();
    }

    @Test
    void shouldForgetTheClockWhenTheServerIsOpenAgain() {
        open();
        watch.saw(OUTRUN, 2 * SECOND);

        watch.opened(3 * SECOND);
        assertThat(watch.closedByClock()).isFalse();
        assertThat(watch.saw(CLOSED, 4 * SECOND)).isEqualTo(Word.CLOSED);
        assertThat(watch.closedByClock()).as("somebody else this time").isFalse();
    }

    @Test
    void shouldMissAGuardThatIsSilentForLongerThanItSleeps() {
        open();

        assertThat(watch.saw(UNGUARDED, 3 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.saw(UNGUARDED, 4 * SECOND)).isEqualTo(Word.UNGUARDED);
        assertThat(watch.silence(4 * SECOND)).hasSeconds(3);
        assertThat(watch.saw(UNGUARDED, 5 * SECOND)).as("it was just started").isEqualTo(Word.NOTHING);
        assertThat(watch.saw(UNGUARDED, 7 * SECOND)).isEqualTo(Word.UNGUARDED);
        assertThat(watch.saw(WELL, 8 * SECOND)).isEqualTo(Word.NOTHING);
        assertThat(watch.saw(UNGUARDED, 9 * SECOND)).isEqualTo(Word.NOTHING);
    }

    /** Under super_read_only no event runs. */
    @Test
    void shouldNotMissTheGuardOfAClosedServer() {
        watch.taken(0);
        watch.saw(CLOSED, SECOND);
        watch.saw(CLOSED, 60 * SECOND);
        watch.opened(61 * SECOND);

        assertThat(watch.saw(UNGUARDED, 62 * SECOND)).isEqualTo(Word.NOTHING);
    }
}
