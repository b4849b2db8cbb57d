package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the kernel says, and what iproute2 says that it says. Looking needs no rights; making routes to look at does. */
class NetlinkIT {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** What a NetworkLink is asked for. */
    private static final Set<String> FLAGS = Set.of("UP", "LOWER_UP", "NOARP", "LOOPBACK");

    private final Iproute iproute = new Iproute(SystemCommand.ofThisProcess(), List.of("ip"));
    private final Netlink netlink = new Netlink(iproute);

    private static NetworkLink comparable(NetworkLink link) {
        Set<String> flags = link.flags().stream().filter(FLAGS::contains).collect(Collectors.toSet());
        return new NetworkLink(link.index(), link.name(), flags, link.mac(), link.addresses());
    }

    @Test
    void shouldSeeEachInterfaceAsIprouteSeesIt() throws Exception {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            assertThat(netlink.link(each.getName(), LIMIT)).isEqualTo(comparable(iproute.link(each.getName(), LIMIT)));
        }
    }

    @Test
    void shouldFindWhoHoldsAnAddress() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        assertThat(netlink.holders(loopback, LIMIT))
                .extracting(NetworkLink::name)
                .containsExactly("lo");
        assertThat(netlink.holders(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 99}), LIMIT))
                .isEmpty();
    }

    @Test
    void shouldFindTheInterfaceOfTheMostSpecificConnectedRouteAsIprouteDoes() throws Exception {
        try (Segment segment = Segment.of(1)) {
            String host = segment.host(1);
            segment.ip("-n", host, "link", "add", "eth1", "type", "veth", "peer", "name", "eth2");
            segment.ip("-n", host, "link", "set", "eth1", "up");
            segment.ip("-n", host, "link", "set", "eth2", "up");
            segment.ip("-n", host, "route", "add", "default", "via", "10.91.0.1");
            segment.ip("-n", host, "route", "add", "10.91.0.128/25", "dev", "eth1", "metric", "7");
            segment.ip("-n", host, "route", "add", "10.91.0.128/25", "dev", "eth0", "metric", "9");
            segment.ip("-n", host, "route", "add", "10.91.0.64/26", "via", "10.91.0.1");
            segment.ip("-n", host, "route", "add", "10.91.0.32/27", "dev", "eth1", "table", "77");
            segment.ip("-n", host, "route", "add", "blackhole", "10.91.0.16/28");
            segment.ip("-n", host, "-6", "route", "add", "fd91::8000/113", "dev", "eth1");
            Child routes = Child.java(host, RouteQuestions.class);
            try {
                for (String address : List.of(
                        "10.91.0.200",
                        "10.91.0.100",
                        "10.91.0.40",
                        "10.91.0.20",
                        "10.92.0.1",
                        "fd91::9000",
                        "fd91::1",
                        "fd92::1")) {
                    routes.say(address);
                    String[] answer = routes.await(line -> line.startsWith(address + " "), LIMIT)
                            .text()
                            .split(" ", 3);
                    assertThat(answer[1]).as(address).isEqualTo(answer[2]);
                }
            } finally {
                routes.close();
            }
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchInterface() {
        assertThatThrownBy(() -> netlink.link("nosuch0", LIMIT))
                .isInstanceOfSatisfying(
                        AddressException.class, e -> assertThat(e.why()).isEqualTo(AddressException.Cause.NO_DEVICE))
                .hasMessageContaining("nosuch0");
    }
}
