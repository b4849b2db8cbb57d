package io.releve.coordination.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.coordination.Document;
import io.releve.coordination.Member;
import io.releve.coordination.Peer;
import io.releve.coordination.Reign;
import io.releve.coordination.View.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to leases when three real servers are killed, frozen, slow, or cut off from each other. */
@Timeout(120)
class ZooKeeperTroubleIT {

    private static final Logger log = LoggerFactory.getLogger(ZooKeeperTroubleIT.class);
    private static final Duration LEASE = Duration.ofSeconds(3);

    private final List<Renewer> renewers = new ArrayList<>();
    private Ensemble ensemble;
    private ZooKeeperBench bench;

    private void begin(Map<String, String> settings) {
        ensemble = new Ensemble(3, settings);
        bench = new ZooKeeperBench(ensemble.clientPort(1), node -> {}, ensemble::close);
    }

    @AfterEach
    void stop() {
        renewers.forEach(Renewer::close);
        bench.close();
    }

    /** A member that prefers one server. */
    private Peer member(int server) {
        return member("serv" + server, ensemble.addresses(), server);
    }

    private Peer member(String name, String servers, int preferred) {
        int port = ensemble.clientPort(preferred);
        Peer peer = new Peer(
                name,
                bench,
                bench.coordinator(
                        ZooKeeperSettings.builder(servers, "test").build(), address -> address.getPort() == port));
        bench.succeed(peer.start());
        bench.succeed(peer.coordinator().join(peer.info("1")));
        return peer;
    }

    private Renewer renewing(Peer peer) {
        Renewer renewer = new Renewer(peer, bench);
        renewers.add(renewer);
        renewer.restart();
        return renewer;
    }

    private void assertThatNoLeaseEnded(String fault) {
        for (Renewer renewer : renewers) {
            renewer.awaitRenewals(3);
            log.info(
                    "{}: the lease of {} grew {} ms old",
                    fault,
                    renewer,
                    renewer.oldest().toMillis());
            assertThat(renewer.oldest()).as("%s, %s", fault, renewer).isLessThan(LEASE);
            assertThat(renewer.lostItsSession()).as("%s, %s", fault, renewer).isFalse();
        }
    }

    @Test
    void shouldKeepEveryLeaseWhenTheLeaderIsKilledOrFrozen() {
        begin(Map.of());
        for (int server = 1; server <= 3; server++) {
            renewing(member(server));
        }

        int killed = ensemble.awaitLeader();
        ensemble.kill(killed);
        assertThatNoLeaseEnded("leader killed");
        ensemble.start(killed);
        ensemble.awaitServing(killed);

        renewers.forEach(Renewer::restart);
        int frozen = ensemble.awaitLeader();
        ensemble.freeze(frozen);
        assertThatNoLeaseEnded("leader frozen");
        ensemble.thaw(frozen);
        assertThatNoLeaseEnded("leader thawed");
    }

    @Test
    void shouldKeepEveryLeaseWhenOneServerAfterTheOtherIsRestarted() {
        begin(Map.of());
        for (int server = 1; server <= 3; server++) {
            renewing(member(server));
        }

        for (int server = 1; server <= 3; server++) {
            ensemble.kill(server);
            ensemble.start(server);
            ensemble.awaitServing(server);
            assertThatNoLeaseEnded("server " + server + " restarted");
        }
    }

    /** The server goes on answering pings for as long as it takes the leader's silence for a pause: here 10 s. */
    @Test
    void shouldNotRenewThroughAServerThatIsCutOffFromItsLeader() {
        begin(Map.of("syncLimit", "50"));
        int cutOff = ensemble.follower();
        Renewer bound = renewing(member("bound", ensemble.address(cutOff), cutOff));
        Peer free = member("free", ensemble.addresses(), cutOff);
        renewing(free);

        ensemble.isolate(cutOff);
        renewers.get(1).awaitRenewals(5); // by then it has left that server, and what others had sent has arrived
        int renewals = free.view().members().get("bound").renewals();
        renewers.get(1).awaitRenewals(20);

        assertThat(free.view().members().get("bound").renewals()).isEqualTo(renewals);
        assertThat(renewers.get(1).oldest())
                .as("who can reach another server goes there")
                .isLessThan(LEASE);
        ensemble.rejoin(cutOff);
        bound.awaitRenewals(3);
    }

    /** Fsyncs and pauses of a majority look the same from outside: writes take their time. */
    @Test
    void shouldKeepEveryLeaseWhileAMajorityIsSlow() {
        begin(Map.of("syncLimit", "15"));
        for (int server = 1; server <= 3; server++) {
            renewing(member(server));
        }
        int leader = ensemble.awaitLeader();

        for (int round = 0; round < 5; round++) {
            setSlow(leader, true);
            bench.pause(Duration.ofMillis(900));
            setSlow(leader, false);
            bench.pause(Duration.ofMillis(300));
        }

        assertThatNoLeaseEnded("majority slow");
        assertThat(ensemble.awaitLeader()).isEqualTo(leader);
    }

    private void setSlow(int leader, boolean slow) {
        for (int server = 1; server <= 3; server++) {
            if (server != leader && slow) {
                ensemble.freeze(server);
            } else if (server != leader) {
                ensemble.thaw(server);
            }
        }
    }

    @Test
    void shouldFindEverythingAgainWhenTheMajorityWasGoneForLongerThanASession() {
        begin(Map.of());
        Peer serv1 = member(1);
        Peer serv2 = member(2);
        Reign before = serv1.elected();
        bench.succeed(serv1.coordinator().writePlan(before, "plan"));
        bench.succeed(serv2.coordinator().writeRecord("r", "record", -1));
        bench.succeed(serv2.coordinator().writeReport("report"));

        ensemble.kill(2);
        ensemble.kill(3);
        serv1.awaits("the loss", view -> view.connection() == Connection.SUSPENDED);
        assertThat(serv1.view().reign()).isEmpty();
        assertThat(bench.outcome(serv1.coordinator().renew())).isNotNull();
        serv1.awaits("the end of the session", view -> view.connection() == Connection.LOST);
        serv2.awaits("the end of the session", view -> view.connection() == Connection.LOST);
        assertThat(serv1.view().plan()).contains(new Document("plan", 0));
        ensemble.start(2);
        ensemble.start(3);
        serv1.awaits("touch", view -> view.connection() == Connection.CONNECTED);
        serv2.awaits("touch", view -> view.connection() == Connection.CONNECTED);

        bench.succeed(serv1.coordinator().join(serv1.info("2")));
        bench.succeed(serv2.coordinator().join(serv2.info("2")));
        Reign after = serv1.elected();
        assertThat(after.epoch()).isGreaterThan(before.epoch());
        assertThat(serv1.view().plan()).contains(new Document("plan", 0));
        assertThat(serv1.view().records()).containsEntry("r", new Document("record", 0));
        assertThat(serv1.view().reports()).containsEntry("serv2", new Document("report", 0));
        bench.succeed(serv1.coordinator().writePlan(after, "next"));
    }

    @Test
    void shouldElectTheNextControllerWithinMillisecondsOfAnEviction() {
        begin(Map.of());
        List<Duration> times = new ArrayList<>();
        Peer next = member(1);
        for (int round = 0; round < 15; round++) {
            Peer ruler = member("ruler" + round, ensemble.addresses(), 1 + round % 3);
            ruler.elected();
            next.coordinator().campaign();
            next.awaits("the ruler", view -> view.controller().equals(Optional.of(ruler.name())));

            long begin = System.nanoTime();
            bench.succeed(next.coordinator().evict(next.view().members().get(ruler.name())));
            next.awaits("own reign", view -> view.reign().isPresent());
            times.add(Duration.ofNanos(System.nanoTime() - begin));

            ruler.coordinator().close();
            bench.succeed(next.coordinator().leave());
            bench.succeed(next.coordinator().join(next.info("again" + round)));
        }
        List<Duration> sorted = times.stream().sorted().toList();
        log.info(
                "from an eviction to the next reign, three servers: median {} µs, longest {} µs",
                sorted.get(7).toNanos() / 1000,
                sorted.get(14).toNanos() / 1000);
        assertThat(sorted.get(7)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void shouldElectTheNextControllerSoonWhenTheControllerAndTheLeaderAreLostAtOnce() {
        begin(Map.of());
        List<Duration> times = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            Peer ruler = member("ruler" + round, ensemble.addresses(), 1 + round);
            ruler.elected();
            Peer next = member("next" + round, ensemble.addresses(), 1 + round % 3);
            next.coordinator().campaign();
            next.awaits("the ruler", view -> view.controller().equals(Optional.of(ruler.name())));
            Member seen = next.view().members().get(ruler.name());
            int leader = ensemble.awaitLeader();

            long begin = System.nanoTime();
            ensemble.kill(leader);
            while (bench.outcome(next.coordinator().evict(seen)) != null) {
                bench.pause(Duration.ofMillis(10));
            }
            next.awaits("own reign", view -> view.reign().isPresent());
            times.add(Duration.ofNanos(System.nanoTime() - begin));

            assertThat(next.view().members()).doesNotContainKey(ruler.name());
            ruler.coordinator().close();
            next.coordinator().close();
            ensemble.start(leader);
            ensemble.awaitServing(leader);
        }
        log.info("from the loss of controller and leader to the next reign: {}", times);
        assertThat(times.stream().min(Duration::compareTo))
                .hasValueSatisfying(time -> assertThat(time).isLessThan(Duration.ofSeconds(2)));
    }
}
