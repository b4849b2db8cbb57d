package io.releve.lab.vip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeepalivedStageTest {

    @Test
    void shouldLeaveEverythingAtItsDefaultButWhatItNeeds() {
        assertThat(KeepalivedStage.configuration(1, "10.77.0.100", false)).isEqualTo("""
                vrrp_instance address {
                    interface eth0
                    virtual_router_id 51
                    priority 102
                    virtual_ipaddress {
                        10.77.0.100/32 dev eth0
                    }
                }
                """);
    }

    @Test
    void shouldAdvertiseAsOftenAsVersionThreeAllowsWithPrioritiesFarApart() {
        assertThat(KeepalivedStage.configuration(2, "10.77.0.100", true)).contains("priority 150");
        assertThat(KeepalivedStage.configuration(0, "10.77.0.100", true))
                .contains("vrrp_version 3", "advert_int 0.01", "priority 250");
    }
}
