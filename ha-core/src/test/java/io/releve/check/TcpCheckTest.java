package io.releve.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TcpCheckTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Test
    void shouldBeOkWhereSomebodyListens() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(new TcpCheck("127.0.0.1", server.getLocalPort()).check(LIMIT))
                    .isEqualTo(Outcome.ok());
        }
    }

    @Test
    void shouldSayNotRunningWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        Outcome outcome = new TcpCheck("127.0.0.1", port).check(LIMIT);

        assertThat(outcome.code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        assertThat(outcome.reason()).startsWith("nothing listens on 127.0.0.1:" + port);
    }

    @Test
    void shouldFailWithoutTime() throws Exception {
        assertThat(new TcpCheck("127.0.0.1", 1).check(Duration.ZERO).code()).isEqualTo(Outcome.Code.GENERIC);
    }

    @Test
    void shouldFailForANameWithoutAddress() throws Exception {
        assertThat(new TcpCheck("no-such-host.invalid", 80).check(LIMIT))
                .isEqualTo(Outcome.failed("the name 'no-such-host.invalid' has no address"));
    }

    @Test
    void shouldEndWhenInterrupted() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            TcpCheck check = new TcpCheck("127.0.0.1", server.getLocalPort());
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> check.check(LIMIT)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void shouldRefuseAPortOutOfRange() {
        assertThatThrownBy(() -> new TcpCheck("localhost", 65_536)).hasMessageContaining("65536");
        assertThatThrownBy(() -> new TcpCheck(" ", 80)).hasMessageContaining("blank");
    }

    @Test
    void shouldAskOnInOrderUntilSomethingIsWrong() throws Exception {
        HealthCheck well = limit -> Outcome.ok();
        HealthCheck ill = limit -> Outcome.failed("ill");
        HealthCheck never = limit -> {
            throw new AssertionError("asked after a failure");
        };

        assertThat(well.and(ill).check(LIMIT)).isEqualTo(Outcome.failed("ill"));
        assertThat(ill.and(never).check(LIMIT)).isEqualTo(Outcome.failed("ill"));
    }
}
