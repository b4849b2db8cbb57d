package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualIpSettingsTest {

    private static VirtualIpSettings parse(Map<String, String> parameters) {
        return VirtualIpSettings.parse("IPFailover", parameters);
    }

    @Test
    void shouldNeedNothingButTheAddress() {
        VirtualIpSettings settings = parse(Map.of("ip", "192.0.2.10"));

        assertThat(settings).hasToString("192.0.2.10/32");
        assertThat(settings.nic()).isEmpty();
        assertThat(settings.label()).isEmpty();
        assertThat(settings.announcing().count()).isEqualTo(5);
        assertThat(settings.announcing().interval()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.checkLinkStatus()).isTrue();
        assertThat(settings.leased()).isTrue();
    }

    @Test
    void shouldTakeEverySetting() {
        VirtualIpSettings settings = parse(Map.of(
                "ip", "192.0.2.10",
                "nic", "bond0.42",
                "cidr_netmask", "24",
                "iflabel", "web",
                "arp_count", "3",
                "arp_interval", "50",
                "check_link_status", "false",
                "lease", "static"));

        assertThat(settings).hasToString("192.0.2.10/24");
        assertThat(settings.nic()).contains("bond0.42");
        assertThat(settings.label()).contains("web");
        assertThat(settings.announcing().count()).isEqualTo(3);
        assertThat(settings.announcing().interval()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.checkLinkStatus()).isFalse();
        assertThat(settings.leased()).isFalse();
    }

    @Test
    void shouldGiveAnIpv6AddressItsWholeLength() {
        assertThat(parse(Map.of("ip", "2001:db8::10"))).hasToString("2001:db8:0:0:0:0:0:10/128");
    }

    @Test
    void shouldReportEveryMistakeAtOnce() {
        assertThatThrownBy(() -> parse(Map.of(
                        "ip", "192.0.2.300",
                        "nic", "eth0; reboot",
                        "cidr_netmask", "255.255.255.0",
                        "arp_count", "-1",
                        "arp_interval", "soon",
                        "lease", "forever",
                        "check_link_status", "yes",
                        "colour", "blue")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("virtual IP IPFailover: ")
                .hasMessageContainingAll(
                        "ip '192.0.2.300' is no IPv4 or IPv6 address",
                        "nic 'eth0; reboot' is no interface name",
                        "cidr_netmask '255.255.255.0' is a mask: give the number of its bits, 24",
                        "arp_count '-1' is not a number from 0 to 1000",
                        "arp_interval 'soon' is not a number from 10 to 60000",
                        "lease 'forever' is neither kernel nor static",
                        "check_link_status 'yes' is neither true nor false",
                        "there is no parameter 'colour'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.7",
                "1.2.3.4.",
                "1.2.3",
                "01.2.3.4",
                "localhost",
                "::1::",
                "fe80::1%eth0",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "ff02::1",
                "1.2.3.4/24",
                " 1.2.3.4",
                "",
                "-j"
            })
    void shouldRefuseWhatIsNoAddressOfOneInterface(String ip) {
        assertThatThrownBy(() -> parse(Map.of("ip", ip)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ip");
    }

    @Test
    void shouldAskForTheAddress() {
        assertThatThrownBy(() -> parse(Map.of("nic", "eth0"))).hasMessageContaining("'ip' is missing");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.10, 33", "192.0.2.10, 0", "2001:db8::1, 129", "192.0.2.10, 24x"})
    void shouldRefuseAPrefixOutOfRange(String ip, String prefix) {
        assertThatThrownBy(() -> parse(Map.of("ip", ip, "cidr_netmask", prefix)))
                .hasMessageContaining("cidr_netmask '" + prefix + "' is not a number from 1 to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-eth0", "eth0/1", "eth 0", "a-name-far-too-long", "eth0:1", "$(id)", ".."})
    void shouldRefuseOddInterfaceNames(String nic) {
        assertThatThrownBy(() -> parse(Map.of("ip", "192.0.2.10", "nic", nic)))
                .hasMessageContaining("nic '" + nic + "'");
    }

    @Test
    void shouldRefuseALabelThatTheKernelWouldCut() {
        assertThatThrownBy(() -> parse(Map.of("ip", "192.0.2.10", "nic", "enp0s31f6", "iflabel", "webserver")))
                .hasMessageContaining("iflabel 'webserver' is too long for enp0s31f6");
    }

    @Test
    void shouldRefuseALabelForIpv6() {
        assertThatThrownBy(() -> parse(Map.of("ip", "2001:db8::1", "iflabel", "web")))
                .hasMessageContaining("only an IPv4 address can have a label");
    }

    @Test
    void shouldAskForTheInterfaceOfALinkLocalAddress() {
        assertThatThrownBy(() -> parse(Map.of("ip", "fe80::10"))).hasMessageContaining("give 'nic'");
        assertThat(parse(Map.of("ip", "fe80::10", "nic", "eth0")).nic()).contains("eth0");
    }
}
