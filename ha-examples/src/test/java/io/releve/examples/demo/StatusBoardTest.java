package io.releve.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusBoardTest {

    private final StatusBoard board = new StatusBoard();

    @Test
    void shouldGoOnWhenEveryNodeSeesIt() throws Exception {
        board.put("serv1", groupOn("serv2"));
        board.put("serv2", groupOn("serv2"));

        assertThat(board.await(
                                "it moves",
                                Duration.ZERO,
                                status -> status.groupOn().equals("serv2"))
                        .groupOn())
                .isEqualTo("serv2");
    }

    @Test
    void shouldNotGoOnWhileOneNodeSeesSomethingElse() {
        board.put("serv1", groupOn("serv1"));
        board.put("serv2", groupOn("serv2"));

        assertThatThrownBy(() -> board.await(
                        "it moves", Duration.ZERO, status -> status.groupOn().equals("serv2")))
                .isInstanceOf(DemoFailure.class)
                .hasMessageContaining("it moves")
                .hasMessageContaining("by serv1");
    }

    @Test
    void shouldNotWaitForANodeThatHasDied() {
        board.put("serv2", groupOn("serv2"));
        board.fail("serv1", "the node serv1 has ended by itself");

        assertThatThrownBy(() -> board.await("it moves", Duration.ofMinutes(1), status -> true))
                .hasMessageContaining("serv1 has ended by itself");
    }

    @Test
    void shouldReadAStatusBackFromItsLine() {
        StatusLine status = groupOn("serv1");

        assertThat(StatusLine.decode(status.encode())).contains(status);
        assertThat(status.encode()).doesNotContain("\n");
        assertThat(StatusLine.decode("an ordinary line")).isEmpty();
    }

    private static StatusLine groupOn(String node) {
        return new StatusLine(true, List.of("serv1"), node, List.of("serv1"), List.of("x failed"), "Node List:\n  é\n");
    }
}
