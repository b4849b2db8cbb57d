package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.CoordinationException.Refused;
import io.releve.coordination.Coordinator;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Peer;
import io.releve.coordination.View;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ZooKeeper, or the coordinator before it, refuses: each with one message that says what to do. */
@Timeout(60)
class ZooKeeperRefusalTest {

    private final LocalZooKeeper server = new LocalZooKeeper();
    private final ZooKeeperBench bench = new ZooKeeperBench(server.port(), server::expireOwner, server::close);

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void shouldRefuseADocumentThatIsTooLargeWithTheNumbers() {
        Peer serv1 = Peer.member("serv1", bench);

        CoordinationException refusal = bench.outcome(serv1.coordinator().writeReport("é".repeat(600_000)));

        assertThat(refusal)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("1200000 bytes")
                .hasMessageContaining("1000000")
                .hasMessageContaining("jute.maxbuffer");
        bench.succeed(serv1.coordinator().writeReport("é".repeat(490_000)));
        serv1.awaits("the large report", view -> view.reports().containsKey("serv1"));
    }

    @Test
    void shouldRefuseANodeNameThatCannotBeInAPath() {
        Peer serv1 = Peer.connected("serv1", bench);

        CoordinationException refusal =
                bench.outcome(serv1.coordinator().join(new MemberInfo("a/b", "1", Duration.ofSeconds(1))));

        assertThat(refusal).isInstanceOf(Refused.class).hasMessageContaining("\"a/b\"");
    }

    @Test
    void shouldLetInWhoHasThePasswordAndNobodyElse() {
        bench.succeed(start(settings().digest("releve", () -> "sesame".toCharArray())));

        CoordinationException wrong = bench.outcome(start(settings().digest("releve", () -> "open".toCharArray())));
        CoordinationException none = bench.outcome(start(settings()));

        assertThat(wrong)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("NOAUTH")
                .hasMessageContaining("127.0.0.1:" + server.port())
                .hasMessageContaining("password");
        assertThat(wrong.getMessage()).doesNotContain("sesame").doesNotContain("open");
        assertThat(none).isInstanceOf(Refused.class);
        bench.succeed(start(settings().digest("releve", () -> "sesame".toCharArray())));
    }

    @Test
    void shouldRefuseAConnectStringWhosePathDoesNotExist() {
        CoordinationException refusal =
                bench.outcome(start(ZooKeeperSettings.builder("127.0.0.1:" + server.port() + "/missing", "test")));

        assertThat(refusal).isInstanceOf(Refused.class).hasMessageContaining("create that path first");
    }

    @Test
    void shouldKeepTryingWhenNobodyAnswersAndStillCloseAtOnce() {
        Relay relay = new Relay(1);
        relay.cut();
        int nobody = relay.port();
        Coordinator coordinator = bench.coordinator(
                ZooKeeperSettings.builder("127.0.0.1:" + nobody, "test").build());

        CompletionStage<Void> contact = coordinator.start(view -> {});

        assertThat(bench.outcome(coordinator.renew())).isInstanceOf(CoordinationException.class);
        assertThat(contact.toCompletableFuture()).isNotDone();
        assertThat(coordinator).hasToString("ZooKeeper at 127.0.0.1:" + nobody + ", path /releve/test");
        long begin = System.nanoTime();
        coordinator.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void shouldBearAServerNameThatDoesNotResolve() {
        Coordinator coordinator = bench.coordinator(
                ZooKeeperSettings.builder("no-such-host.invalid:2181,127.0.0.1:" + server.port(), "test")
                        .build());

        bench.succeed(coordinator.start(view -> bench.changed()));
    }

    private ZooKeeperSettings.Builder settings() {
        return ZooKeeperSettings.builder("127.0.0.1:" + server.port(), "test");
    }

    private CompletionStage<Void> start(ZooKeeperSettings.Builder settings) {
        return bench.coordinator(settings.build()).start((View view) -> bench.changed());
    }
}
