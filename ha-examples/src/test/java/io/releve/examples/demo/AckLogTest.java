package io.releve.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AckLogTest {

    private static final long MS = 1_000_000;

    @Test
    void shouldFindTheLongestGapThatTouchesTheWindow() {
        List<Long> times = List.of(0L, 500 * MS, 510 * MS, 530 * MS, 930 * MS, 940 * MS, 2_000 * MS);

        assertThat(AckLog.longestGap(times, 515 * MS, 935 * MS)).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void shouldCountTheGapDuringWhichTheWindowBegins() {
        assertThat(AckLog.longestGap(List.of(0L, 100 * MS, 900 * MS, 910 * MS), 300 * MS, 905 * MS))
                .isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void shouldSeeNoGapWhereThereAreNoTwoAnswers() {
        assertThat(AckLog.longestGap(List.of(5L), 0, 10)).isZero();
    }

    @Test
    void shouldSayWhatTheClientWasToldLastWhenAWaitIsInVain() {
        AckLog log = new AckLog(ack -> {});
        log.refused("the database does not serve");

        assertThatThrownBy(() -> log.awaitSentAfter(0, 1, "the client goes on", Duration.ZERO))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("the client goes on")
                .hasMessageContaining("the database does not serve");
    }

    @Test
    void shouldNotWaitForAnAnswerThatCannotCome() {
        AckLog log = new AckLog(ack -> {});
        log.broken("answered with status 404");

        assertThatThrownBy(() -> log.awaitAck(UUID.randomUUID(), Duration.ofMinutes(1)))
                .hasMessageContaining("404");
    }

    @Test
    void shouldCountOnlyReportsSentAfterTheMoment() {
        AckLog log = new AckLog(ack -> {});
        long now = System.nanoTime();
        log.acknowledged(UUID.randomUUID(), now - 1, "serv1");

        assertThatThrownBy(() -> log.awaitSentAfter(now, 1, "it goes on", Duration.ZERO))
                .isInstanceOf(DemoFailure.class);
    }

    @Test
    void shouldTellTheListenerOfEachAnswer() {
        List<String> nodes = new ArrayList<>();
        AckLog log = new AckLog(ack -> nodes.add(ack.node()));

        log.acknowledged(UUID.randomUUID(), 0, "serv1");
        log.acknowledged(UUID.randomUUID(), 0, "serv2");

        assertThat(nodes).containsExactly("serv1", "serv2");
        assertThat(log.ids()).hasSize(2);
    }
}
