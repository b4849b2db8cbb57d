package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.codec.Codec;
import io.releve.codec.NodeReport;
import io.releve.codec.PlanId;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Document;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.View;
import io.releve.coordination.memory.MemoryCoordination;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportWriterTest {

    private static final Duration ONE_WAY = Duration.ofMillis(50);

    private final VirtualTime time = VirtualTime.seeded(1);
    private final MemoryCoordination memory = new MemoryCoordination();
    private final EventLoop loop = time.loop("serv1");
    private final Coordinator coordinator = memory.participant("serv1", time.loop("serv1-coordinator"));
    private final List<Integer> seenElsewhere = new ArrayList<>();
    private int surprises;
    private final ReportWriter writer = new ReportWriter(coordinator, loop, this::report);

    private NodeReport report() {
        return new NodeReport(
                "serv1", "1", 1000, false, false, Map.of(), Map.of(), List.of(), surprises, PlanId.NONE, Set.of());
    }

    @BeforeEach
    void join() {
        coordinator.start(view -> {});
        Coordinator other = memory.participant("serv2", time.loop("serv2-coordinator"));
        other.start(this::see);
        coordinator.join(new MemberInfo("serv1", "1", Duration.ofSeconds(1)));
        time.runUntilIdle();
        memory.delay("serv1", ONE_WAY);
        writer.open();
    }

    private void see(View view) {
        Optional.ofNullable(view.reports().get("serv1"))
                .map(Document::text)
                .map(text -> Codec.readReport(text).surprises())
                .filter(number ->
                        seenElsewhere.isEmpty() || !number.equals(seenElsewhere.get(seenElsewhere.size() - 1)))
                .ifPresent(seenElsewhere::add);
    }

    private void change() {
        surprises++;
        writer.changed();
    }

    private void change(Duration before) {
        time.advance(before);
        loop.execute(this::change);
    }

    private void firstWrite() {
        change(Duration.ZERO);
        time.advance(Duration.ofMillis(500));
        assertThat(seenElsewhere).containsExactly(1);
    }

    @Test
    void shouldNotWaitForTheAnswerToTheWriteBefore() {
        firstWrite();

        change(Duration.ZERO);
        change(Duration.ofMillis(10));
        time.advance(ONE_WAY.plusMillis(1));

        assertThat(seenElsewhere).containsExactly(1, 2, 3);
    }

    @Test
    void shouldWriteTogetherWhatChangesWhileManyWritesAreUnderWay() {
        firstWrite();

        for (int i = 0; i < 10; i++) {
            change(Duration.ofMillis(5));
        }
        time.advance(Duration.ofMillis(500));

        assertThat(seenElsewhere).containsExactly(1, 2, 3, 4, 5, 11);
    }

    @Test
    void shouldWriteTheFirstReportOfALifeAlone() {
        change(Duration.ZERO);
        change(Duration.ofMillis(10));
        change(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(500));

        assertThat(seenElsewhere).containsExactly(1, 3);
    }

    @Test
    void shouldBeSettledWhenEverythingIsWritten() {
        firstWrite();
        List<Integer> atTheEnd = new ArrayList<>();
        loop.execute(() -> {
            change();
            writer.settled().thenRun(() -> atTheEnd.addAll(seenElsewhere));
        });
        change(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(500));

        assertThat(atTheEnd).endsWith(3);
    }

    @Test
    void shouldWriteAgainWhatDidNotArrive() {
        firstWrite();

        change(Duration.ZERO);
        change(Duration.ofMillis(10));
        time.advance(Duration.ofMillis(10));
        memory.disconnect("serv1");
        time.advance(Duration.ofMillis(100));
        memory.reconnect("serv1");
        time.advance(Duration.ofSeconds(1));

        assertThat(seenElsewhere).containsExactly(1, 3);
    }
}
