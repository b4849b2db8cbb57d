package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.lab.measure.LedgerLine.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

    @Test
    void shouldReadWhatItWrites() {
        LedgerLine line = new LedgerLine(Kind.FAILED, 7, 12, 100, 200, "08S01 the link failed\nbadly");

        assertThat(LedgerLine.decode(line.encode()))
                .contains(new LedgerLine(Kind.FAILED, 7, 12, 100, 200, "08S01 the link failed badly"));
    }

    @Test
    void shouldReadALineWithoutText() {
        LedgerLine line = new LedgerLine(Kind.ACKNOWLEDGED, 1, 2, 3, 4, "");

        assertThat(LedgerLine.decode(line.encode())).contains(line);
    }

    @Test
    void shouldLeaveTheLogAlone() {
        assertThat(LedgerLine.decode("12:00:00.000 [main] INFO  nothing")).isEmpty();
    }

    @Test
    void shouldFindTheGapThatSpansTheFault() {
        List<Long> times = List.of(0L, 10L, 20L, 900L, 910L, 5000L);

        assertThat(Ledger.longestGap(times, 30, 800)).isEqualTo(Duration.ofNanos(880));
    }

    @Test
    void shouldCountAnOutageThatDoesNotEnd() {
        assertThat(Ledger.longestGap(List.of(0L, 10L, 20L), 15, 4000)).isEqualTo(Duration.ofNanos(3980));
        assertThat(Ledger.longestGap(List.of(), 15, 4000)).isEqualTo(Duration.ofNanos(3985));
    }

    @Test
    void shouldCountEachRowOnceAndOnlyOfItsRun() throws InterruptedException {
        Ledger ledger = new Ledger(3);
        ledger.add(new LedgerLine(Kind.ACKNOWLEDGED, 3, 1, 10, 20, ""));
        ledger.add(new LedgerLine(Kind.ACKNOWLEDGED, 2, 9, 10, 20, ""));
        ledger.add(new LedgerLine(Kind.FAILED, 3, 2, 10, 20, "refused"));

        assertThat(ledger.ids()).containsExactly(1L);
        assertThat(ledger.failures()).isEqualTo(1);
        assertThat(ledger.awaitSentAfter(5, 1, Duration.ZERO)).isTrue();
        assertThat(ledger.awaitSentAfter(10, 1, Duration.ZERO)).isFalse();
    }
}
