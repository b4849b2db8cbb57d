package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Bench;
import io.releve.coordination.CoordinationException.Deposed;
import io.releve.coordination.CoordinationException.NotAMember;
import io.releve.coordination.Coordinator;
import io.releve.coordination.CoordinatorContract;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Peer;
import io.releve.coordination.Turmoil;
import io.releve.coordination.View;
import io.releve.runtime.ThreadedEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ZooKeeperCoordinatorTest extends CoordinatorContract {

    @Override
    protected Bench bench() {
        return ZooKeeperBench.local();
    }

    /** The transaction itself must refuse it: what the participant knows of its own eviction comes too late. */
    @Test
    void shouldRefuseTheWritesOfAControllerThatDoesNotKnowYetThatItWasEvicted() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean hold = new AtomicBoolean();
        try (ZooKeeperBench bench = ZooKeeperBench.local()) {
            Coordinator serv1 = bench.participant("serv1");
            AtomicReference<View> last = new AtomicReference<>(View.unknown());
            bench.succeed(serv1.start(view -> {
                last.set(view);
                bench.changed();
                if (hold.get()) {
                    held.countDown();
                    untilZero(release);
                }
            }));
            bench.succeed(serv1.join(new MemberInfo("serv1", "1", Duration.ofSeconds(1))));
            serv1.campaign();
            bench.await("serv1 rules", () -> last.get().reign().isPresent());
            Peer serv2 = Peer.member("serv2", bench);
            serv2.awaits("serv1", view -> view.members().containsKey("serv1"));
            Member seen = serv2.view().members().get("serv1");

            hold.set(true);
            bench.succeed(serv2.coordinator().writeConfig("makes serv1 look", -1));
            held.await();
            CompletionStage<Void> report = serv1.writeReport("late");
            CompletionStage<Void> plan = serv1.writePlan(last.get().reign().orElseThrow(), "late");
            CompletionStage<Void> renewal = serv1.renew();
            CompletionStage<Void> record = serv1.writeRecord("r", "late", -1);
            bench.succeed(serv2.coordinator().evict(seen));
            hold.set(false);
            release.countDown();

            assertThat(bench.outcome(report)).isInstanceOf(NotAMember.class);
            assertThat(bench.outcome(plan)).isInstanceOf(Deposed.class);
            assertThat(bench.outcome(renewal)).isInstanceOf(NotAMember.class);
            assertThat(bench.outcome(record)).isInstanceOf(NotAMember.class);
            assertThat(serv2.view().records()).isEmpty();
            assertThat(serv2.view().reports()).isEmpty();
            assertThat(serv2.view().plan()).isEmpty();
            assertThat(serv2.view().members()).doesNotContainKey("serv1");
        }
    }

    /** Renewals are what a cluster at rest does all day: each costs its own request, and nobody another one. */
    @Test
    void shouldReadNothingToSeeARenewal() {
        LocalZooKeeper server = new LocalZooKeeper();
        try (ZooKeeperBench bench = new ZooKeeperBench(server.port(), node -> {}, server::close)) {
            Peer serv1 = Peer.member("serv1", bench);
            Peer serv2 = Peer.member("serv2", bench);
            bench.succeed(serv1.coordinator().renew());
            serv2.awaits("the first renewal", view -> renewalsOf("serv1", view) == 1);
            long before = server.requests();

            for (int i = 0; i < 30; i++) {
                bench.succeed(serv1.coordinator().renew());
            }

            serv2.awaits("all renewals", view -> renewalsOf("serv1", view) == 31);
            serv1.awaits("its own renewals", view -> renewalsOf("serv1", view) == 31);
            // Beyond the 30 only what two clients say to be heard: three reads a renewal would make it 90.
            assertThat(server.requests() - before).isBetween(30L, 45L);
        }
    }

    private static int renewalsOf(String node, View view) {
        Member member = view.members().get(node);
        return member == null ? 0 : member.renewals();
    }

    private static void untilZero(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldAgreeAgainAfterAnyTurmoil() {
        List<ThreadedEventLoop> loops = new ArrayList<>();
        try (ZooKeeperBench bench = ZooKeeperBench.local()) {
            long seed = Long.getLong("releve.seed", 1);
            Turmoil turmoil = new Turmoil(
                    seed,
                    bench,
                    name -> {
                        ThreadedEventLoop loop = ThreadedEventLoop.daemon(name);
                        loops.add(loop);
                        return loop;
                    },
                    bench::pause);
            turmoil.run(Integer.getInteger("releve.faults", 30));
        } finally {
            loops.forEach(ThreadedEventLoop::close);
        }
    }
}
