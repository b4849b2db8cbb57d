package io.releve.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LeaseHolderTest {

    private static final long MS = 1_000_000;
    private static final Duration LENGTH = Duration.ofSeconds(3);

    @Test
    void shouldNotBeHeldBeforeARenewalIsConfirmed() {
        LeaseHolder sent = LeaseHolder.of(LENGTH).renewing(0);

        assertThat(sent.isHeld(1)).isFalse();
        assertThat(sent.endsAt()).isEmpty();
        assertThat(sent.remaining(1)).isZero();
    }

    @Test
    void shouldCountFromTheSendingNotFromTheConfirmation() {
        LeaseHolder lease = LeaseHolder.of(LENGTH).renewing(1000 * MS).confirmed(1000 * MS);

        assertThat(lease.endsAt()).hasValue(4000 * MS);
        assertThat(lease.isHeld(4000 * MS - 1)).isTrue();
        assertThat(lease.isHeld(4000 * MS)).isFalse();
    }

    @Test
    void shouldNotExtendTheLeaseByARenewalThatIsNotConfirmed() {
        LeaseHolder lease = LeaseHolder.of(LENGTH)
                .renewing(0)
                .confirmed(0)
                .renewing(1000 * MS)
                .failed(1000 * MS);

        assertThat(lease.endsAt()).hasValue(3000 * MS);
    }

    @Test
    void shouldKeepTheLaterEndWhenConfirmationsOvertakeEachOther() {
        LeaseHolder lease = LeaseHolder.of(LENGTH)
                .renewing(0)
                .renewing(1000 * MS)
                .confirmed(1000 * MS)
                .confirmed(0);

        assertThat(lease.endsAt()).hasValue(4000 * MS);
    }

    @Test
    void shouldRenewEveryThirdOfTheLengthAndSoonerAfterAFailure() {
        LeaseHolder lease = LeaseHolder.of(LENGTH);
        assertThat(lease.nextRenewalAt()).isEqualTo(OptionalLong.empty());

        assertThat(lease.earliestRenewalAt()).isEqualTo(OptionalLong.empty());

        assertThat(lease.renewing(0).nextRenewalAt()).hasValue(1000 * MS);
        assertThat(lease.renewing(0).earliestRenewalAt()).hasValue(300 * MS);
        assertThat(lease.renewing(0).failed(0).nextRenewalAt()).hasValue(300 * MS);
        assertThat(lease.renewing(0).renewing(MS).failed(0).nextRenewalAt())
                .as("an earlier attempt's failure says nothing about the one under way")
                .hasValue(1001 * MS);
    }

    @Test
    void shouldBearAClockThatOverflows() {
        long sent = Long.MAX_VALUE - MS;
        LeaseHolder lease = LeaseHolder.of(LENGTH).renewing(sent).confirmed(sent);

        assertThat(lease.isHeld(sent + 2999 * MS)).isTrue();
        assertThat(lease.isHeld(sent + 3000 * MS)).isFalse();
    }

    @Test
    void shouldRefuseALengthOfZero() {
        assertThatThrownBy(() -> LeaseHolder.of(Duration.ZERO)).hasMessageContaining("0 ms");
    }
}
