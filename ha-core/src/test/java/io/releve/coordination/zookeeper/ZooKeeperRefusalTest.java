package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.CoordinationException;
import io.releve.coordination.CoordinationException.Refused;
import io.releve.coordination.Coordinator;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.Peer;
import io.releve.coordination.View;
import java.time.Duration;
import java.util.Random;
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

        CoordinationException refusal = bench.outcome(serv1.coordinator().writeReport(noise(2_000_000)));

        assertThat(refusal)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("2000000 characters")
                .hasMessageContaining("compressed")
                .hasMessageContaining("1000000")
                .hasMessageContaining("jute.maxbuffer");
        String fits = noise(1_000_000);
        bench.succeed(serv1.coordinator().writeReport(fits));
        assertThat(serv1.view().reports().get("serv1").text()).isEqualTo(fits);
        bench.succeed(serv1.coordinator().renew());
    }

    @Test
    void shouldCarryALargeDocumentThatCompressesWell() {
        Peer serv1 = Peer.member("serv1", bench);
        String large = "{\"resource\":\"é\"},".repeat(1_000_000);

        bench.succeed(serv1.coordinator().writeReport(large));

        assertThat(serv1.view().reports().get("serv1").text()).isEqualTo(large);
    }

    /** What compression can hardly shrink: 6 bits in each character. */
    private static String noise(int length) {
        return new Random(1)
                .ints(length, '0', '0' + 64)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void shouldRefuseWhatAnotherReleaseHasWritten() {
        bench.succeed(start(settings()));
        server.write("/releve/test/format", "2");

        CoordinationException refusal = bench.outcome(start(settings()));

        assertThat(refusal)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("/releve/test")
                .hasMessageContaining("\"2\"")
                .hasMessageContaining("\"1\"")
                .hasMessageContaining("same release");
    }

    @Test
    void shouldRefuseAUserWithoutTheRightToCreate() {
        server.closeToAll("/");

        CoordinationException refusal = bench.outcome(start(settings()));

        assertThat(refusal).isInstanceOf(Refused.class).hasMessageContaining("NOAUTH");
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
