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

/** What the kernel says, and what iproute2 says that it says. Looking needs no rights. */
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
    void shouldSayThatThereIsNoSuchInterface() {
        assertThatThrownBy(() -> netlink.link("nosuch0", LIMIT))
                .isInstanceOfSatisfying(
                        AddressException.class, e -> assertThat(e.why()).isEqualTo(AddressException.Cause.NO_DEVICE))
                .hasMessageContaining("nosuch0");
    }
}
