package io.releve.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import io.releve.agent.SharedRecord.Version;
import io.releve.agent.SharedRecordException;
import io.releve.agent.SharedRecordException.Reason;
import io.releve.coordination.Coordinator;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.View;
import io.releve.coordination.memory.MemoryCoordination;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SharedRecordsTest {

    private final VirtualTime time = VirtualTime.seeded(1);
    private final MemoryCoordination memory = new MemoryCoordination();
    private final Node serv1 = new Node("serv1");
    private final Node serv2 = new Node("serv2");

    /** A member that hands out records, with a coordinator on a loop of its own. */
    private final class Node {
        private final String name;
        private final EventLoop loop;
        private final Coordinator coordinator;
        private final SharedRecords records;
        private View view = View.unknown();

        private Node(String name) {
            this.name = name;
            loop = time.loop(name);
            coordinator = memory.participant(name, time.loop(name + "-coordinator"));
            records = new SharedRecords(coordinator, loop);
            coordinator.start(seen -> loop.execute(() -> {
                view = seen;
                records.see(seen.records());
            }));
            coordinator.join(new MemberInfo(name, "1", Duration.ofSeconds(1)));
            settle();
        }

        private SharedRecord record(String record) {
            return records.of("serviceMySQL", record);
        }
    }

    @Test
    void shouldShowTheSameRecordToTheAgentsOfAllNodes() {
        assertThat(serv1.record("set").current()).isEmpty();
        assertThat(settled(serv1.record("set").read())).isEmpty();

        Version written = settled(serv1.record("set").write("serv1 serv2", SharedRecord.NONE));

        assertThat(written).isEqualTo(new Version("serv1 serv2", 0));
        assertThat(serv2.record("set").current()).contains(written);
        assertThat(settled(serv2.record("set").read())).contains(written);
        assertThat(serv2.record("other").current()).isEmpty();
        assertThat(serv2.records.of("otherMySQL", "set").current()).isEmpty();
    }

    @Test
    void shouldShowAWriteToItsWriterByTheTimeItsStageEnds() {
        List<Optional<Version>> seen = new ArrayList<>();
        serv1.record("set")
                .write("a", SharedRecord.NONE)
                .thenRun(() -> seen.add(serv1.record("set").current()));
        settle();

        assertThat(seen).containsExactly(Optional.of(new Version("a", 0)));
    }

    @Test
    void shouldSayThatAnotherWroteFirst() {
        settled(serv2.record("set").write("b", SharedRecord.NONE));

        assertThat(reason(serv1.record("set").write("a", SharedRecord.NONE))).isEqualTo(Reason.CONFLICT);
        assertThat(serv1.record("set").current()).contains(new Version("b", 0));
    }

    @Test
    void shouldNotLetAnEvictedNodeWrite() {
        settled(serv1.record("set").write("a", SharedRecord.NONE));
        serv2.coordinator.evict(serv2.view.members().get(serv1.name));
        settle();

        assertThat(reason(serv1.record("set").write("late", 0))).isEqualTo(Reason.NOT_A_MEMBER);
        assertThat(serv2.record("set").current()).contains(new Version("a", 0));
    }

    @Test
    void shouldNotLetAFrozenWriterWriteWhatOthersHaveDecidedWithoutIt() {
        settled(serv1.record("set").write("serv1 serv2", SharedRecord.NONE));
        CompletionStage<Version> late = serv1.record("set").write("serv1", 0);
        time.freeze(serv1.loop);
        memory.disconnect(serv1.name); // what it had sent is lost on its way
        serv2.coordinator.evict(serv2.view.members().get(serv1.name));
        settle();
        settled(serv2.record("set").write("serv2", 0));
        memory.reconnect(serv1.name);
        time.thaw(serv1.loop);

        assertThat(reason(late)).isEqualTo(Reason.UNREACHABLE);
        assertThat(reason(serv1.record("set").write("serv1", 0))).isEqualTo(Reason.NOT_A_MEMBER);
        assertThat(serv1.record("set").current()).contains(new Version("serv2", 1));
    }

    @Test
    void shouldSayThatNobodyKnowsWhetherAWriteHappenedWhileOutOfTouch() {
        memory.delay(serv1.name, Duration.ofMillis(100));
        CompletionStage<Version> write = serv1.record("set").write("a", SharedRecord.NONE);
        time.advance(Duration.ofMillis(150));
        memory.disconnect(serv1.name);

        assertThat(reason(write)).isEqualTo(Reason.UNREACHABLE);
        assertThat(reason(serv1.record("set").read())).isEqualTo(Reason.UNREACHABLE);
        assertThat(serv2.record("set").current()).contains(new Version("a", 0));
        memory.reconnect(serv1.name);
        assertThat(settled(serv1.record("set").read())).contains(new Version("a", 0));
    }

    @Test
    void shouldCallListenersOnChangesOfTheirRecordOnly() {
        List<String> heard = new ArrayList<>();
        Lease.Registration first = serv2.record("set")
                .onChange(() ->
                        heard.add(serv2.record("set").current().orElseThrow().text()));
        serv2.record("set").onChange(() -> {
            throw new IllegalStateException("an agent's mistake");
        });
        serv2.record("other").onChange(() -> heard.add("other"));

        settled(serv1.record("set").write("a", SharedRecord.NONE));
        settled(serv1.coordinator.writeReport("something else"));
        settled(serv1.record("set").write("b", 0));
        first.close();
        settled(serv1.record("set").write("c", 1));

        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void shouldRefuseNamesAndSizesThatAreNotAllowed() {
        for (String name : List.of("", "a/b", ".a", "a:b", "n".repeat(81))) {
            assertThatThrownBy(() -> serv1.record(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"" + name + "\"");
        }
        assertThatThrownBy(() -> serv1.record("set").write("a", -2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(reason(serv1.record("set").write("a".repeat(SharedRecord.LIMIT + 1), SharedRecord.NONE)))
                .isEqualTo(Reason.REFUSED);
        settled(serv1.record("set").write("a".repeat(SharedRecord.LIMIT), SharedRecord.NONE));
    }

    private void settle() {
        time.advance(Duration.ofSeconds(1));
    }

    private <T> T settled(CompletionStage<T> stage) {
        settle();
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.join();
    }

    private Reason reason(CompletionStage<?> stage) {
        settle();
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertThat(future).isDone();
        try {
            future.join();
        } catch (CompletionException failed) {
            return ((SharedRecordException) failed.getCause()).reason();
        }
        throw new AssertionError("it succeeded");
    }
}
