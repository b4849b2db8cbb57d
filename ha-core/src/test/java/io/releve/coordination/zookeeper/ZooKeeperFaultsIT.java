package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.CoordinationException.NotAMember;
import io.releve.coordination.Document;
import io.releve.coordination.Peer;
import io.releve.coordination.Reign;
import io.releve.coordination.View.Connection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real server that dies, hangs and comes back; a controller that is frozen and thaws. */
@Timeout(120)
class ZooKeeperFaultsIT {

    private final ZooKeeperProcess server = new ZooKeeperProcess();
    private final ZooKeeperBench bench = new ZooKeeperBench(server.port(), node -> {}, server::close);

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void shouldKeepTheMembershipWhenTheServerIsKilledAndComesBackSoon() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        Reign before = serv1.elected();
        bench.succeed(serv1.coordinator().writePlan(before, "before"));

        server.kill();
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        serv2.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        server.start();
        serv1.awaits("own reign", view -> view.reign().isPresent());
        serv2.awaits(
                "both members",
                view -> view.connection() == Connection.CONNECTED
                        && view.members().size() == 2);

        bench.succeed(serv1.coordinator().renew());
        Reign after = serv1.view().reign().orElseThrow();
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        bench.succeed(serv1.coordinator().writePlan(after, "after"));
        serv2.awaits("the plan", view -> view.plan().equals(Optional.of(new Document("after", 1))));
        assertThat(serv1.views()).noneMatch(view -> view.connection() == Connection.LOST);
    }

    @Test
    void shouldNotBeKeptOutByItsOwnEarlierSession() {
        Peer serv1 = new Peer(
                "serv1",
                bench,
                bench.coordinator(ZooKeeperSettings.builder("127.0.0.1:" + server.port(), "test")
                        .sessionTimeout(Duration.ofSeconds(1))
                        .build()));
        bench.succeed(serv1.start());
        bench.succeed(serv1.coordinator().join(serv1.info("1")));
        serv1.elected();

        // Longer than the session: the participant gives it up, but the server, which counts anew, still keeps it.
        server.kill();
        serv1.awaits("the end of the session", view -> view.connection() == Connection.LOST);
        server.start();
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);
        assertThat(bench.outcome(serv1.coordinator().renew())).isInstanceOf(NotAMember.class);

        bench.succeed(serv1.coordinator().join(serv1.info("2")));
        serv1.elected();
        assertThat(serv1.view().members().get("serv1").info().incarnation()).isEqualTo("2");
    }

    @Test
    void shouldFindItsWayBackWhenTheServerWasFrozen() {
        Peer serv1 = Peer.member("serv1", bench);
        Peer serv2 = Peer.member("serv2", bench);
        serv1.elected();

        server.freeze();
        var unanswered = serv1.coordinator().renew();
        serv1.awaits("the loss", view -> view.connection() != Connection.CONNECTED);
        assertThat(bench.outcome(unanswered)).isNotNull();
        assertThat(serv1.view().reign()).isEmpty();
        server.thaw();
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);
        serv2.awaits("touch", view -> view.connection() == Connection.CONNECTED);

        bench.succeed(serv1.coordinator().join(serv1.info("1")));
        serv1.elected();
        serv2.awaits("serv1 in office", view -> view.controller().equals(Optional.of("serv1")));
    }

    @Test
    void shouldCloseWithinItsLimitWhileTheServerIsFrozen() {
        Peer serv1 = Peer.member("serv1", bench);
        server.freeze();
        try {
            long begin = System.nanoTime();
            serv1.coordinator().close();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(7));
        } finally {
            server.thaw();
        }
    }

    @Test
    void shouldRefuseTheControllerThatWasFrozenWhileAnotherTookOver() throws IOException, InterruptedException {
        Peer serv1 = Peer.member("serv1", bench);
        Process ruler = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RulerMain.class.getName(),
                        "127.0.0.1:" + server.port())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            serv1.awaits("the ruler's plans", view -> view.plan().isPresent());
            serv1.coordinator().campaign();
            ZooKeeperProcess.signal(ruler.pid(), "STOP");

            // Until nothing of what it had sent is on its way any more, an eviction sees a renewal or wins: either is
            // right.
            bench.succeed(serv1.coordinator().evict(serv1.view().members().get("ruler")));
            serv1.awaits("own reign", view -> view.reign().isPresent());
            bench.succeed(serv1.coordinator().writePlan(serv1.view().reign().orElseThrow(), "mine"));
            ZooKeeperProcess.signal(ruler.pid(), "CONT");

            assertThat(ruler.waitFor(30, TimeUnit.SECONDS))
                    .as("the ruler is deposed")
                    .isTrue();
            serv1.awaits(
                    "no plan of the ruler's after the own one",
                    view -> view.plan().map(Document::text).equals(Optional.of("mine")));
            int own = serv1.views().stream()
                    .map(view -> view.plan().map(Document::text).orElse(""))
                    .toList()
                    .indexOf("mine");
            assertThat(serv1.views().subList(own, serv1.views().size()))
                    .allMatch(view -> view.plan().orElseThrow().text().equals("mine"));
        } finally {
            ruler.destroyForcibly();
        }
    }
}
