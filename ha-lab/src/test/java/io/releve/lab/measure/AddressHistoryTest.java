package io.releve.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AddressHistoryTest {

    private static AddressChange got(String host, long nanos) {
        return new AddressChange(host, nanos, true);
    }

    private static AddressChange lost(String host, long nanos) {
        return new AddressChange(host, nanos, false);
    }

    @Test
    void shouldCountTheTimeWithoutAHolder() {
        AddressHistory history = new AddressHistory(List.of(got("n1", 10), lost("n1", 100), got("n2", 130)));

        assertThat(history.nobody(50, 200)).isEqualTo(30);
        assertThat(history.nobody(110, 120)).isEqualTo(10);
        assertThat(history.nobody(0, 200)).isEqualTo(40);
        assertThat(history.nobody(140, 200)).isZero();
    }

    @Test
    void shouldCountTheTimeWithTwoHolders() {
        AddressHistory history = new AddressHistory(List.of(got("n1", 10), got("n2", 90), lost("n1", 100)));

        assertThat(history.twoHolders(0, 200)).isEqualTo(10);
        assertThat(history.twoHolders(95, 200)).isEqualTo(5);
        assertThat(history.twoHolders(0, 90)).isZero();
        assertThat(history.nobody(10, 200)).isZero();
    }

    @Test
    void shouldCountTwoHoldersWhoNeverGiveWayUntilTheEnd() {
        AddressHistory history = new AddressHistory(List.of(got("n1", 10), got("n2", 90)));

        assertThat(history.twoHolders(0, 200)).isEqualTo(110);
        assertThat(history.lost("n1", 0)).isEmpty();
    }

    @Test
    void shouldFindLossAndSuccessor() {
        AddressHistory history = new AddressHistory(
                List.of(got("n1", 10), lost("n1", 20), got("n1", 30), lost("n1", 100), got("n2", 130)));

        assertThat(history.lost("n1", 50)).hasValue(100);
        assertThat(history.successor("n1", 50)).contains("n2");
        assertThat(history.successor("n1", 131)).isEmpty();
    }
}
