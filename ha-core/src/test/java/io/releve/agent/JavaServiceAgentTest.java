package io.releve.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JavaServiceAgentTest {

    private final List<String> calls = new ArrayList<>();
    private boolean healthy = true;
    private boolean broken;

    private final ResourceAgent agent = JavaServiceAgent.of(
                    () -> {
                        calls.add("start");
                        if (broken) {
                            throw new IllegalStateException("no queue");
                        }
                    },
                    () -> calls.add("stop"),
                    () -> healthy)
            .create(new Nobody());

    @Test
    void shouldStartAndStopOnceHoweverOftenItIsAsked() throws Exception {
        assertThat(agent.monitor(null).code()).isEqualTo(Code.NOT_RUNNING);
        assertThat(agent.stop(null)).isEqualTo(Outcome.ok());
        agent.start(null);
        agent.start(null);
        assertThat(agent.monitor(null)).isEqualTo(Outcome.ok());
        agent.stop(null);
        agent.stop(null);
        assertThat(calls).containsExactly("start", "stop");
        assertThat(agent.monitor(null).code()).isEqualTo(Code.NOT_RUNNING);
    }

    @Test
    void shouldSayThatTheServiceIsNotHealthy() throws Exception {
        agent.start(null);
        healthy = false;
        assertThat(agent.monitor(null).code()).isEqualTo(Code.GENERIC);
    }

    @Test
    void shouldStopWhatFailedToStart() throws Exception {
        broken = true;
        assertThatThrownBy(() -> agent.start(null)).hasMessage("no queue");
        assertThat(agent.monitor(null).code())
                .as("nobody knows what is left of it")
                .isEqualTo(Code.GENERIC);
        agent.stop(null);
        assertThat(calls).containsExactly("start", "stop");
    }

    private static final class Nobody implements AgentContext {
        @Override
        public String resourceId() {
            return "queue";
        }

        @Override
        public String nodeName() {
            return "serv1";
        }

        @Override
        public Map<String, String> parameters() {
            return Map.of();
        }

        @Override
        public Lease lease() {
            throw new IllegalStateException("it has no lease");
        }

        @Override
        public void monitorNow(String reason) {
            throw new IllegalStateException("it watches nothing");
        }

        @Override
        public void setNodeAttribute(String name, Optional<String> value) {
            throw new IllegalStateException("it has no attributes");
        }

        @Override
        public SharedRecord record(String key) {
            throw new IllegalStateException("it shares nothing");
        }
    }
}
