package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.GtidSet;
import io.releve.mysql.replication.MariaDbGtidSet;
import io.releve.mysql.server.CatchUp.Decision;
import io.releve.mysql.server.CatchUp.Knowledge;
import io.releve.mysql.server.CatchUp.PeerView;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    private static final MySqlServer TWO = new MySqlServer(2, "serv2", "10.77.0.2", 3306);
    private static final MySqlServer THREE = new MySqlServer(3, "serv3", "10.77.0.3", 3306);
    private static final Knowledge NOTHING = new Knowledge(Set.of(), Set.of(), true, false);

    private static GtidSet gtids(String text) {
        return MariaDbGtidSet.parse(text);
    }

    private static PeerView heard(MySqlServer server, String executed) {
        return new PeerView.Heard(server, gtids(executed));
    }

    private static PeerView silent(MySqlServer server) {
        return new PeerView.Silent(server, "does not answer");
    }

    /** Decides for server 1. */
    private static Decision decide(String mine, Knowledge knowledge, PeerView... peers) {
        return CatchUp.decide(gtids(mine), List.of(peers), missing -> ((MariaDbGtidSet) missing).domain(1), knowledge);
    }

    @Test
    void shouldBeReadyWithEverythingThatTheOthersHave() {
        assertThat(decide("1-1-5,2-2-7", NOTHING, heard(TWO, "1-1-4,2-2-7"))).isInstanceOf(Decision.Ready.class);
        assertThat(decide("1-1-5", NOTHING)).as("alone in the ring").isInstanceOf(Decision.Ready.class);
    }

    @Test
    void shouldBeBehindByWhatItLacks() {
        assertThat(decide("1-1-5,2-2-7", NOTHING, heard(TWO, "1-1-5,2-2-9"), heard(THREE, "3-3-1")))
                .isInstanceOfSatisfying(
                        Decision.Behind.class,
                        behind -> assertThat(behind.missing()).hasToString("2-2-9,3-3-1"));
    }

    @Test
    void shouldWaitForAPeerThatMayHaveGoneOnWithoutIt() {
        assertThat(decide("1-1-5", NOTHING, silent(TWO)))
                .isInstanceOf(Decision.Waiting.class)
                .satisfies(decision -> assertThat(decision.text()).contains("serv2", "does not answer", "serve-alone"));
    }

    @Test
    void shouldBeReadyAloneIfItWasTheLastOneUp() {
        Knowledge lastUp = new Knowledge(Set.of("serv2"), Set.of(), true, false);
        assertThat(decide("1-1-5", lastUp, silent(TWO))).isInstanceOf(Decision.Ready.class);
        assertThat(decide("1-1-5", lastUp, silent(TWO), silent(THREE)))
                .as("the third may have gone on")
                .isInstanceOf(Decision.Waiting.class);
    }

    @Test
    void shouldFirstApplyWhatItReceived() {
        Knowledge undrained = new Knowledge(Set.of("serv2"), Set.of(), false, false);
        assertThat(decide("1-1-5", undrained, silent(TWO))).isInstanceOf(Decision.Waiting.class);
    }

    @Test
    void shouldTakeTheWordOfAPeerThatHasCaughtUp() {
        Knowledge vouched = new Knowledge(Set.of(), Set.of("serv2"), true, false);
        assertThat(decide("2-2-7", vouched, heard(TWO, "2-2-7"), silent(THREE))).isInstanceOf(Decision.Ready.class);
        assertThat(decide("2-2-7", NOTHING, heard(TWO, "2-2-7"), silent(THREE))).isInstanceOf(Decision.Waiting.class);
        assertThat(decide("2-2-7", vouched, silent(TWO), heard(THREE, "2-2-7")))
                .as("the one that could vouch does not answer")
                .isInstanceOf(Decision.Waiting.class);
    }

    @Test
    void shouldTakeTheOperatorsWordButNotAgainstWhatItKnows() {
        Knowledge word = new Knowledge(Set.of(), Set.of(), true, true);
        assertThat(decide("1-1-5", word, silent(TWO))).isInstanceOf(Decision.Ready.class);
        assertThat(decide("1-1-5", word, heard(TWO, "2-2-1"), silent(THREE))).isInstanceOf(Decision.Behind.class);
    }

    @Test
    void shouldSayThatItsOwnLostTransactionsDoNotComeBack() {
        assertThat(decide("1-1-2", NOTHING, heard(TWO, "1-1-5,2-2-1")))
                .isInstanceOf(Decision.Unreachable.class)
                .satisfies(decision -> assertThat(decision.text()).contains("1-1-5", "rebuild"));
    }
}
