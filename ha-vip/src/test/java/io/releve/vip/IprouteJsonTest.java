package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The samples are iproute2's own output (6.1, and 5.10 where that differs). */
class IprouteJsonTest {

    private static final String SHOW = """
            [{"ifindex":3,"link":"v1","ifname":"v0","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP","M-DOWN"],
              "mtu":1500,"qdisc":"noqueue","operstate":"LOWERLAYERDOWN","group":"default","txqlen":1000,
              "link_type":"ether","address":"a6:59:0d:8f:cb:7f","broadcast":"ff:ff:ff:ff:ff:ff","addr_info":[
              {"family":"inet","local":"10.77.0.1","prefixlen":24,"scope":"global","label":"v0",
               "valid_life_time":4294967295,"preferred_life_time":4294967295},
              {"family":"inet","local":"10.77.0.9","prefixlen":32,"scope":"global","dynamic":true,"label":"v0",
               "valid_life_time":2,"preferred_life_time":2},
              {"family":"inet6","local":"fd00::9","prefixlen":128,"scope":"global","nodad":true,"dynamic":true,
               "valid_life_time":2,"preferred_life_time":2}]}]
            """;

    @Test
    void shouldReadAnInterface() throws Exception {
        NetworkLink link = IprouteJson.links(SHOW).get(0);

        assertThat(link.index()).isEqualTo(3);
        assertThat(link.name()).isEqualTo("v0");
        assertThat(link.mac()).contains(new MacAddress("a6:59:0d:8f:cb:7f"));
        assertThat(link.addresses())
                .extracting(Object::toString)
                .containsExactly("10.77.0.1/24", "10.77.0.9/32", "fd00:0:0:0:0:0:0:9/128");
        assertThat(link.holding(InetAddress.getByName("fd00::9"))).hasSize(1);
        assertThat(link.holding(InetAddress.getByName("10.77.0.2"))).isEmpty();
        assertThat(link.isUp()).isFalse();
        assertThat(link.whyDown()).contains("v0 has no carrier");
        assertThat(link.isAnnounceable()).isTrue();
    }

    @Test
    void shouldNotAnnounceOnLoopback() throws Exception {
        NetworkLink link = IprouteJson.links("""
                        [{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"link_type":"loopback",
                          "address":"00:00:00:00:00:00","addr_info":[]}]
                        """).get(0);

        assertThat(link.isUp()).isTrue();
        assertThat(link.isAnnounceable()).isFalse();
    }

    @Test
    void shouldSkipWhatAFilterLeftEmpty() throws Exception {
        String filtered = """
                [{},{"ifindex":3,"ifname":"v0","flags":["UP","LOWER_UP"],
                  "addr_info":[{},{"family":"inet","local":"10.77.0.9","prefixlen":32}]},{}]
                """;

        List<NetworkLink> links = IprouteJson.links(filtered);

        assertThat(links).hasSize(1);
        assertThat(links.get(0).addresses()).hasSize(1);
        assertThat(links.get(0).mac()).isEmpty();
    }

    @Test
    void shouldTakeNoOutputForNoInterface() throws Exception {
        assertThat(IprouteJson.links("[]")).isEmpty();
        assertThat(IprouteJson.links("")).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoJson() {
        assertThatThrownBy(() -> IprouteJson.links("2: eth0: <UP>")).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void shouldFindTheInterfaceOfTheMostSpecificConnectedRoute() throws Exception {
        String routes = """
                [{"dst":"default","gateway":"10.0.0.254","dev":"eth0","flags":[]},
                 {"dst":"10.77.0.0/16","dev":"eth1","protocol":"kernel","prefsrc":"10.77.0.1","flags":[]},
                 {"dst":"10.77.0.0/24","dev":"eth3","protocol":"kernel","metric":200,"flags":[]},
                 {"dst":"10.77.0.0/24","dev":"eth2","protocol":"kernel","metric":100,"flags":[]},
                 {"dst":"10.77.0.0/25","gateway":"10.0.0.253","dev":"eth0","flags":[]},
                 {"type":"blackhole","dst":"10.77.0.0/26","flags":[]}]
                """;

        assertThat(IprouteJson.connectedInterface(routes)).contains("eth2");
    }

    @Test
    void shouldNotTakeTheDefaultRouteForANetworkOfItsOwn() throws Exception {
        assertThat(IprouteJson.connectedInterface("[{\"dst\":\"default\",\"dev\":\"ppp0\",\"flags\":[]}]"))
                .isEmpty();
        assertThat(IprouteJson.connectedInterface("[]")).isEmpty();
    }
}
