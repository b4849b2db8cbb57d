package io.releve.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FencingTest {

    private static FenceRequest request(Duration leaseRemaining, String... leftBehind) {
        return new FenceRequest(
                "serv1",
                "a1",
                FenceAction.REBOOT,
                "it is lost",
                Duration.ofSeconds(60),
                leaseRemaining,
                List.of(leftBehind));
    }

    @Test
    void shouldFenceByTheLeaseOnceItHasRunOut() throws Exception {
        assertThat(Fencing.lease().fence(request(Duration.ZERO)).isFenced()).isTrue();
    }

    @Test
    void shouldNotFenceByALeaseThatRuns() throws Exception {
        assertThat(Fencing.lease().fence(request(Duration.ofMillis(120))).describe())
                .isEqualTo("not fenced: the lease of serv1 runs for another 120 ms; wait for its end");
    }

    @Test
    void shouldNotFenceByTheLeaseWhatItDoesNotEnd() throws Exception {
        assertThat(Fencing.lease().fence(request(Duration.ZERO, "web")).describe())
                .startsWith("not fenced: the lease of serv1 has run out, but it could not stop web");
    }

    @Test
    void shouldSayWhatMayStillRunWhereNothingIsFenced() throws Exception {
        assertThat(Fencing.none().fence(request(Duration.ZERO, "web")))
                .isEqualTo(FenceResult.fenced("nothing was done, its lease has run out; web may still run there"));
    }

    @Test
    void shouldReadPacemakersWords() {
        assertThat(List.of("off", "poweroff", "reboot", "Off"))
                .extracting(FenceAction::of)
                .containsExactly(FenceAction.OFF, FenceAction.OFF, FenceAction.REBOOT, FenceAction.OFF);
    }
}
