package io.releve.vip;

import static io.releve.agent.Outcome.Code.CONFIGURED;
import static io.releve.agent.Outcome.Code.DEGRADED;
import static io.releve.agent.Outcome.Code.GENERIC;
import static io.releve.agent.Outcome.Code.INSTALLED;
import static io.releve.agent.Outcome.Code.NOT_RUNNING;
import static io.releve.agent.Outcome.Code.OK;
import static io.releve.agent.Outcome.Code.PERM;
import static io.releve.agent.Outcome.Code.UNIMPLEMENTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtualIpAgentTest {

    private static final String VIP = "192.0.2.10/32";
    private static final List<String> IP = List.of("ip");
    private static final MacAddress STRANGER = new MacAddress("02:00:00:00:00:99");
    private static final AddressClaims CLAIMS =
            new AddressClaims(IpLiteral.parse("192.0.2.10").orElseThrow());

    private final FakeKernel kernel = new FakeKernel();
    private final FakeNetwork network = new FakeNetwork();
    private final FakeEvents events = new FakeEvents();
    private final LinkedBlockingQueue<Integer> sent = new LinkedBlockingQueue<>();
    private final TestLease lease = new TestLease(Duration.ofSeconds(5));
    private TestContext context;
    private VirtualIpAgent agent = agent(lease, "nic", "eth0");

    private VirtualIpAgent agent(TestLease lease, String... more) {
        Map<String, String> parameters =
                new HashMap<>(Map.of("ip", "192.0.2.10", "arp_interval", "10", "run_arping", "false"));
        for (int i = 0; i < more.length; i += 2) {
            parameters.put(more[i], more[i + 1]);
        }
        context = new TestContext(parameters, lease);
        return new VirtualIpAgent(context, new Iproute(kernel, IP), (index, frame) -> sent.add(index), network, events);
    }

    @AfterEach
    void close() {
        agent.close();
    }

    private static void expect(Outcome outcome, Outcome.Code code, String... words) {
        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
        for (String word : words) {
            assertThat(outcome.reason()).contains(word);
        }
    }

    @Test
    void shouldAddTheAddressWithALifetimeWithinTheLease() throws Exception {
        expect(agent.start(context.start()), OK);

        assertThat(kernel.addresses.get(VIP))
                .isEqualTo("addr replace 192.0.2.10/32 dev eth0 valid_lft 4 preferred_lft 4");
    }

    @Test
    void shouldFindTheInterfaceByItsRoute() throws Exception {
        agent = agent(lease, "iflabel", "web");

        expect(agent.start(context.start()), OK);
        expect(agent.start(context.start()), OK);
        expect(agent.monitor(context.monitor()), OK);

        assertThat(kernel.addresses.get(VIP)).contains("dev eth0 label eth0:web");
        expect(agent.stop(context.stop()), OK);
        assertThat(kernel.addresses).isEmpty();
    }

    @Test
    void shouldAddAStaticAddressByChoice() throws Exception {
        agent = agent(new TestLease(Duration.ofMillis(500)), "nic", "eth0", "lease", "static");

        assertThat(agent.validate()).isEmpty();
        expect(agent.start(context.start()), OK);

        assertThat(kernel.addresses.get(VIP)).contains("valid_lft forever");
    }

    @Test
    void shouldRefuseALeaseTooShortForTheKernel() throws Exception {
        agent = agent(new TestLease(Duration.ofMillis(499)), "nic", "eth0");

        assertThat(agent.validate()).hasSize(1);
        expect(agent.start(context.start()), CONFIGURED, "lease of 499 ms is too short", "lease=static");
        assertThat(kernel.addresses).isEmpty();
    }

    @Test
    void shouldOutwaitTheKernelOfALostNodeWhenTheLeaseIsShort() throws Exception {
        TestLease brief = new TestLease(Duration.ofSeconds(1));
        agent = agent(brief, "nic", "eth0");
        brief.runLowUntilAsked(Duration.ofMillis(800));
        long began = System.nanoTime();

        expect(agent.start(context.startAfterEviction(Duration.ofMillis(250))), OK);
        // 450 ms of overrun, less 50 ms of margin and the 250 ms that have passed.
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(150_000_000L);
        assertThat(kernel.addresses.get(VIP)).contains("valid_lft 1");
    }

    @Test
    void shouldNotWaitForTheKernelOfALostNodeWhenTheLeaseIsLong() throws Exception {
        long began = System.nanoTime();

        expect(agent.start(context.startAfterEviction(Duration.ZERO)), OK);
        assertThat(System.nanoTime() - began).isLessThan(300_000_000L);
    }

    @Test
    void shouldNotStartAtTheVeryEndOfTheLease() throws Exception {
        lease.endUnnoticed();

        expect(agent.start(context.start()), GENERIC, "lease ends in 0 ms");
        assertThat(kernel.addresses).isEmpty();
    }

    @Test
    void shouldAskForARenewalWhenTooLittleOfTheLeaseIsLeftForAWholeSecond() throws Exception {
        lease.runLowUntilAsked(Duration.ofMillis(1_200));

        expect(agent.start(context.start()), OK);
        assertThat(kernel.addresses.get(VIP)).contains("valid_lft 4");
    }

    @Test
    void shouldRenewTheAddressWithTheLease() throws Exception {
        agent.start(context.start());
        kernel.changes.clear();

        lease.renew();
        assertThat(kernel.awaitChange("replace")).contains("valid_lft 4");
        assertThat(context.monitorsAskedFor()).isEmpty();
    }

    @Test
    void shouldNotRenewAfterAStop() throws Exception {
        agent.start(context.start());
        expect(agent.stop(context.stop()), OK);
        kernel.changes.clear();

        lease.renew();
        // The renewal, were there one, would come before this start's command.
        agent.start(context.start());
        agent.stop(context.stop());
        assertThat(kernel.changes).hasSize(2);
    }

    @Test
    void shouldTakeTheAddressOffAgainIfTheLeaseEndedOnTheWayToTheKernel() throws Exception {
        kernel.meanwhile = lease::endUnnoticed;

        expect(agent.start(context.start()), GENERIC, "lease");

        assertThat(kernel.addresses).isEmpty();
        assertThat(kernel.awaitChange("del")).isEqualTo("addr del 192.0.2.10/32 dev eth0");
    }

    @Test
    void shouldNotComeBackWithALeaseThatWasGainedAnew() throws Exception {
        TestLease brief = new TestLease(Duration.ofMillis(1500));
        agent = agent(brief, "nic", "eth0");
        agent.start(context.start());
        brief.endUnnoticed();
        kernel.addresses.clear();
        kernel.changes.clear();
        brief.end();

        brief.renew();
        agent.stop(context.stop());
        assertThat(kernel.changes).isEmpty();
    }

    @Test
    void shouldAskForAMonitorWhenSomebodyRemovedTheAddress() throws Exception {
        agent.start(context.start());
        kernel.addresses.clear();

        lease.renew();
        assertThat(context.monitorsAskedFor().poll(5, TimeUnit.SECONDS))
                .isEqualTo("192.0.2.10/32 was removed from eth0 by somebody else");
        expect(agent.monitor(context.monitor()), NOT_RUNNING, "192.0.2.10/32 is not on eth0");
        assertThat(kernel.addresses).isEmpty();
    }

    @Test
    void shouldAskForAMonitorWhenTheLinkGoesDown() throws Exception {
        agent.start(context.start());
        kernel.flags = "\"UP\",\"NO-CARRIER\"";

        lease.renew();
        assertThat(context.monitorsAskedFor().poll(5, TimeUnit.SECONDS)).contains("eth0 has no carrier");
    }

    @Test
    void shouldLookAtOnceWhenSomethingHappensToTheInterface() throws Exception {
        agent.start(context.start());
        kernel.flags = "\"UP\",\"NO-CARRIER\"";

        events.happen();
        assertThat(context.monitorsAskedFor().poll(5, TimeUnit.SECONDS)).contains("eth0 has no carrier");
    }

    @Test
    void shouldBearAnInterfaceThatIsDownForAMoment() throws Exception {
        agent.start(context.start());
        kernel.flags = "\"UP\",\"NO-CARRIER\"";
        kernel.changes.clear();
        events.happen();
        assertThat(kernel.awaitChange("replace")).contains("192.0.2.10/32");
        kernel.flags = "\"UP\",\"LOWER_UP\"";
        events.happen();
        assertThat(kernel.awaitChange("replace")).contains("192.0.2.10/32");

        // The look that follows half a second after it was down.
        assertThat(kernel.awaitChange("replace")).contains("192.0.2.10/32");
        assertThat(context.monitorsAskedFor()).isEmpty();
    }

    @Test
    void shouldPutBackAtOnceWhatSomebodyRemovedIfToldSo() throws Exception {
        agent = agent(lease, "nic", "eth0", "on_removal", "restore");
        agent.start(context.start());
        kernel.addresses.clear();
        kernel.changes.clear();

        events.happen();
        assertThat(kernel.awaitChange("replace")).contains("192.0.2.10/32");
        assertThat(context.monitorsAskedFor()).isEmpty();
    }

    @Test
    void shouldAskForAMonitorOfAnAddressThatIsNotLeased() throws Exception {
        agent = agent(lease, "nic", "eth0", "lease", "static");
        agent.start(context.start());

        events.happen();
        assertThat(context.monitorsAskedFor().poll(5, TimeUnit.SECONDS)).contains("interface of 192.0.2.10/32");
    }

    @Test
    void shouldListenForAsLongAsItHoldsTheAddress() throws Exception {
        assertThat(events.isHeard()).isFalse();
        agent.monitor(context.probe());
        assertThat(events.isHeard()).isFalse();
        agent.start(context.start());
        assertThat(events.isHeard()).isTrue();
        agent.stop(context.stop());
        assertThat(events.isHeard()).isFalse();

        kernel.addresses.put(VIP, "left by an earlier JVM");
        agent.monitor(context.monitor());
        assertThat(events.isHeard()).isTrue();
        agent.close();
        assertThat(events.isHeard()).isFalse();
    }

    @Test
    void shouldRenewWhatItFindsRunningAfterARestart() throws Exception {
        kernel.addresses.put(VIP, "left by an earlier JVM");

        expect(agent.monitor(context.probe()), OK);
        assertThat(kernel.changes).isEmpty();
        expect(agent.monitor(context.monitor()), OK);
        assertThat(kernel.addresses.get(VIP)).contains("valid_lft 4");
    }

    @Test
    void shouldAnnounceAStartAsOftenAsConfigured() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "3");
        agent.start(context.start());

        for (int frame = 0; frame < 3 * 2; frame++) {
            assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        }
        assertThat(sent.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldAnnounceNoMoreAfterAStop() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "1000");
        agent.start(context.start());
        assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        agent.stop(context.stop());

        // At most the round under way at the stop, then silence.
        sent.poll(50, TimeUnit.MILLISECONDS);
        sent.clear();
        assertThat(sent.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldStartWithoutTheRightToAnnounce() throws Exception {
        agent.close();
        agent = new VirtualIpAgent(
                context,
                new Iproute(kernel, IP),
                (index, frame) -> {
                    sent.add(index);
                    throw new IOException("a raw packet socket needs the capability CAP_NET_RAW");
                },
                network,
                events);

        expect(agent.start(context.start()), OK);
        assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void shouldNameThePackageWhenIprouteIsMissing() throws Exception {
        kernel.installed = false;

        assertThat(agent.validate()).singleElement().asString().contains("install the package iproute2");
        expect(agent.start(context.start()), INSTALLED, "install the package iproute2");
        expect(agent.monitor(context.monitor()), INSTALLED, "install the package iproute2");
        // 192.0.2.10 is for documentation: this machine does not have it.
        expect(agent.stop(context.stop()), OK);
    }

    @Test
    void shouldNotClaimAStopThatItCannotCarryOut() throws Exception {
        agent.close();
        context = new TestContext(Map.of("ip", "127.0.0.1", "nic", "lo"), lease);
        agent = new VirtualIpAgent(context, new Iproute(kernel, IP), (index, frame) -> {}, network, events);
        kernel.installed = false;

        expect(agent.stop(context.stop()), INSTALLED);
    }

    @Test
    void shouldNameTheRightThatIsMissing() throws Exception {
        kernel.refusal = "RTNETLINK answers: Operation not permitted";

        expect(agent.start(context.start()), PERM, "CAP_NET_ADMIN");
    }

    @Test
    void shouldNotRenewWhatFailedToStart() throws Exception {
        kernel.refusal = "RTNETLINK answers: Operation not permitted";
        agent.start(context.start());
        kernel.refusal = "";

        lease.renew();
        assertThat(kernel.changes.poll(200, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldRefuseAnIpThatPrintsNoJson() throws Exception {
        agent.close();
        agent = new VirtualIpAgent(
                context,
                new Iproute((command, limit) -> new ExternalCommand.Result(1, "", "ip: unrecognized option: j"), IP),
                (index, frame) -> {},
                network,
                events);

        expect(agent.start(context.start()), INSTALLED, "iproute2");
    }

    @Test
    void shouldTellAMissingInterfaceFromAVanishedOne() throws Exception {
        kernel.present = false;

        expect(agent.start(context.start()), INSTALLED, "no interface eth0", "correct 'nic'");
        expect(agent.monitor(context.probe()), NOT_RUNNING, "eth0 does not exist");
        expect(agent.monitor(context.monitor()), GENERIC, "eth0 does not exist");
        expect(agent.stop(context.stop()), OK);
        assertThat(agent.validate()).singleElement().asString().contains("eth0");
    }

    @Test
    void shouldAskForTheInterfaceWhereNoRouteLeadsToTheAddress() throws Exception {
        agent = agent(lease);
        kernel.present = false;

        expect(agent.start(context.start()), INSTALLED, "no interface of this node has a connected route");
        assertThat(agent.validate()).singleElement().asString().contains("give the interface as 'nic'");
        expect(agent.monitor(context.monitor()), NOT_RUNNING, "any interface");
    }

    @Test
    void shouldFailOnALinkThatIsDown() throws Exception {
        agent.start(context.start());
        kernel.flags = "\"BROADCAST\"";

        expect(agent.monitor(context.monitor()), GENERIC, "ip link set eth0 up");
        expect(agent.start(context.start()), GENERIC, "ip link set eth0 up");
        expect(agent.stop(context.stop()), OK);
        expect(agent.monitor(context.monitor()), NOT_RUNNING);
    }

    @Test
    void shouldNotLookAtTheLinkIfToldSo() throws Exception {
        agent = agent(lease, "nic", "eth0", "check_link_status", "false");
        kernel.flags = "\"UP\"";

        expect(agent.start(context.start()), OK);
        expect(agent.monitor(context.monitor()), OK);
    }

    @Test
    void shouldReplaceAnotherPrefixByItsOwn() throws Exception {
        kernel.addresses.put("192.0.2.10/24", "by hand");

        expect(agent.monitor(context.probe()), GENERIC, "another prefix: 192.0.2.10/24");
        expect(agent.start(context.start()), OK);
        assertThat(kernel.addresses.keySet()).containsExactly(VIP);
    }

    @Test
    void shouldRefuseAnAddressThatAnotherHostAnswersFor() throws Exception {
        agent = agent(lease, "nic", "eth0", "run_arping", "true");
        network.claim(STRANGER, CLAIMS);

        expect(agent.start(context.start()), GENERIC, "hardware address 02:00:00:00:00:99 answers for it on eth0");
        assertThat(kernel.addresses).isEmpty();

        expect(agent.start(context.start()), OK);
    }

    @Test
    void shouldNotTakeItsOwnAnnouncementForAnotherHost() throws Exception {
        agent = agent(lease, "nic", "eth0", "run_arping", "true");
        network.claim(new MacAddress("02:00:00:00:00:01"), CLAIMS);

        expect(agent.start(context.start()), OK);
    }

    @Test
    void shouldReportAndDefendAgainstAnotherHostWhileItHoldsTheAddress() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "1", "arp_again", "0", "arp_count_refresh", "0");
        agent.start(context.start());
        for (int frame = 0; frame < 2; frame++) {
            assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        }
        expect(agent.monitor(context.monitor()), OK);

        network.claim(STRANGER, CLAIMS);
        assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        expect(agent.monitor(context.monitor()), DEGRADED, "02:00:00:00:00:99 claims it as well");
    }

    @Test
    void shouldAnnounceNothingOnceTheLeaseHasEnded() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "1000");
        agent.start(context.start());
        assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);

        // As a JVM that was frozen in the middle of the series sees it.
        lease.endUnnoticed();
        sent.poll(50, TimeUnit.MILLISECONDS);
        sent.clear();
        assertThat(sent.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldAnnounceATakeoverASecondTime() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "1", "arp_again", "20");
        agent.start(context.start());

        for (int frame = 0; frame < 2 * 2; frame++) {
            assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        }
        assertThat(sent.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldAnnounceTheAddressWithEachRecurringMonitor() throws Exception {
        agent = agent(lease, "nic", "eth0", "arp_count", "0", "arp_count_refresh", "2");
        agent.start(context.start());
        expect(agent.monitor(context.probe()), OK);
        assertThat(sent.poll(50, TimeUnit.MILLISECONDS)).isNull();

        expect(agent.monitor(context.monitor()), OK);
        for (int frame = 0; frame < 2 * 2; frame++) {
            assertThat(sent.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void shouldPutBackWhatSomebodyRemovedIfToldSo() throws Exception {
        agent = agent(lease, "nic", "eth0", "on_removal", "restore");
        agent.start(context.start());
        kernel.addresses.clear();
        kernel.changes.clear();

        lease.renew();
        assertThat(kernel.awaitChange("replace")).contains("192.0.2.10/32");
        assertThat(context.monitorsAskedFor()).isEmpty();
    }

    @Test
    void shouldHandTheKernelWhatElseIsAskedFor() throws Exception {
        agent = agent(lease, "nic", "eth0", "noprefixroute", "true", "preferred_lft", "0", "flush_routes", "true");

        agent.start(context.start());
        assertThat(kernel.addresses.get(VIP)).contains("noprefixroute valid_lft 4 preferred_lft 0");
        expect(agent.stop(context.stop()), OK);
        assertThat(kernel.routeCacheFlushed).isTrue();
    }

    @Test
    void shouldChangeAddressesThroughAnotherCommandIfToldSo() throws Exception {
        agent.close();
        List<List<String>> commands = new ArrayList<>();
        agent = new VirtualIpAgent(
                context,
                new Iproute(
                        (command, limit) -> {
                            commands.add(command);
                            List<String> own = command.subList(command.indexOf("ip"), command.size());
                            return kernel.run(own, limit);
                        },
                        List.of("sudo", "-n", "ip")),
                (index, frame) -> {},
                network,
                events);

        expect(agent.start(context.start()), OK);
        expect(agent.stop(context.stop()), OK);
        assertThat(commands)
                .filteredOn(command -> command.contains("replace") || command.contains("del"))
                .hasSize(2)
                .allSatisfy(command -> assertThat(command).startsWith("sudo", "-n", "ip", "addr"));
        assertThat(commands)
                .filteredOn(command -> command.contains("show"))
                .isNotEmpty()
                .allSatisfy(command -> assertThat(command).startsWith("ip", "-j"));
    }

    @Test
    void shouldNotImplementPromotion() throws Exception {
        expect(agent.promote(context.start()), UNIMPLEMENTED);
        expect(agent.demote(context.start()), UNIMPLEMENTED);
    }

    @Test
    void shouldNameEveryMistakeWhenMade() {
        assertThatThrownBy(() -> VirtualIpAgent.factory()
                        .create(new TestContext(Map.of("ip", "serv1", "cidr_netmask", "129"), lease)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("ip 'serv1'", "cidr_netmask '129'");
    }
}
