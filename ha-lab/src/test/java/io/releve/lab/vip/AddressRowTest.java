package io.releve.lab.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AddressRowTest {

    @Test
    void shouldNumberEachRowOnce() {
        assertThat(AddressRow.all()).extracting(AddressRow::id).doesNotHaveDuplicates();
        assertThat(AddressRow.all()).extracting(AddressRow::id).contains("V1", "V1k", "V1f", "V4", "V4k", "V6");
    }

    @Test
    void shouldTryEachTrialOnOurs() {
        assertThat(AddressRow.all().stream()
                        .filter(row -> row.contender().isOurs())
                        .map(AddressRow::trial))
                .containsExactlyElementsOf(Arrays.asList(Trial.values()));
    }

    @Test
    void shouldPromiseTheEndOfALostHoldersAddressForOursAlone() {
        Duration lease = Duration.ofSeconds(3);

        assertThat(AddressRow.all())
                .filteredOn(row -> row.trial() == Trial.KILL)
                .allSatisfy(row -> assertThat(row.goneLimit(lease).isPresent())
                        .isEqualTo(row.contender().isOurs()));
        assertThat(new AddressRow("V2", Trial.KILL, Contender.RELEVE).goneLimit(lease))
                .contains(Duration.ofMillis(4100));
    }
}
