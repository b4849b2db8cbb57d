package io.releve.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenTest {

    private static final Expectation EITHER = Expectation.either();

    @Test
    void shouldFindNothingBrokenWhereNothingIs() {
        assertThat(new Seen(1, 0, 0, 0, 12, "08S01").broken(EITHER)).isEmpty();
    }

    @Test
    void shouldSeeASecondWriterHoweverShort() {
        assertThat(new Seen(1, 0.01, 0, 0, 0, "").broken(EITHER)).containsExactly("two servers took writes at once");
    }

    @Test
    void shouldSeeASecondHolderOfTheAddress() {
        assertThat(new Seen(1, 0, 0.01, 0, 0, "").broken(EITHER)).containsExactly("two hosts held the address at once");
    }

    @Test
    void shouldSeeAServerThatLacksWhatItsReaderWasTold() {
        assertThat(new Seen(1, 0, 0, 3, 0, "").broken(EITHER))
                .containsExactly("3 times a new server lacked what its reader had been told is stored");
    }

    @Test
    void shouldSeeAMoveWithoutNeedAndALackOfOne() {
        assertThat(new Seen(1, 0, 0, 0, 0, "").broken(Expectation.stay()))
                .containsExactly("another host took over without need");
        assertThat(new Seen(0, 0, 0, 0, 0, "").broken(Expectation.failover()))
                .containsExactly("no other host took over");
    }

    @Test
    void shouldSeeErrorsWhereAPauseIsAllThatMayBe() {
        assertThat(new Seen(1, 0, 0, 0, 2, "08S01 gone")
                        .broken(Expectation.failover().withoutErrors()))
                .containsExactly("the application was told of 2 errors, the first: 08S01 gone");
    }
}
