package io.releve.vip;

import static io.releve.agent.Outcome.Code.NOT_RUNNING;
import static io.releve.agent.Outcome.Code.OK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.ResourceAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressMoverTest {

    private static final Duration LEASE = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private TestContext context;

    /** A floating address whose provider is a file: it holds the name of the node that the address leads to. */
    private ResourceAgent agent(String script) throws Exception {
        Path program = directory.resolve("mover");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        context = new TestContext(
                Map.of(
                        "ip",
                        "192.0.2.10",
                        "provider",
                        directory.resolve("provider").toString()),
                new TestLease(LEASE));
        return AddressMover.agent(CommandMover.of(program, "--quiet")).create(context);
    }

    private static final String FLOATING = """
            [ "$1" = --quiet ] && [ "$OCF_RESOURCE_INSTANCE" = IPFailover ] || exit 2
            holder=$(cat "$OCF_RESKEY_provider" 2>/dev/null)
            case $2 in
              look) [ "$holder" = "$RELEVE_NODE" ] || exit 7 ;;
              take) echo "$RELEVE_NODE" >"$OCF_RESKEY_provider" ;;
              release) : >"$OCF_RESKEY_provider" ;;
            esac
            """;

    @Test
    void shouldKeepTheContractOfAResourceAgent() throws Exception {
        ResourceAgent agent = agent(FLOATING);

        assertThat(agent.monitor(context.probe()).code()).isEqualTo(NOT_RUNNING);
        assertThat(agent.stop(context.stop()).code()).isEqualTo(OK);
        for (int twice = 0; twice < 2; twice++) {
            assertThat(agent.start(context.start()).code()).isEqualTo(OK);
            assertThat(agent.monitor(context.monitor()).code()).isEqualTo(OK);
        }
        for (int twice = 0; twice < 2; twice++) {
            assertThat(agent.stop(context.stop()).code()).isEqualTo(OK);
            assertThat(agent.monitor(context.monitor()).code()).isEqualTo(NOT_RUNNING);
        }
    }

    @Test
    void shouldNotReleaseWhatLeadsToAnotherNode() throws Exception {
        ResourceAgent agent = agent(FLOATING);
        Files.writeString(directory.resolve("provider"), "serv2");

        assertThat(agent.stop(context.stop()).code()).isEqualTo(OK);
        assertThat(directory.resolve("provider")).hasContent("serv2");
    }

    @Test
    void shouldSayWhatTheProgramSaid() throws Exception {
        ResourceAgent agent = agent("echo 'the provider refuses: quota' >&2; exit 3");

        assertThatThrownBy(() -> agent.start(context.start()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("take", "IPFailover", "exit status 3", "the provider refuses: quota");
        assertThatThrownBy(() -> agent.monitor(context.monitor())).hasMessageContaining("exit status 3");
    }

    @Test
    void shouldEndAProgramThatHangsWithAllThatItHasStarted() throws Exception {
        ResourceAgent agent = agent("sleep 1000 & wait");

        long began = System.nanoTime();
        TestContext.TestOperation brief = new TestContext.TestOperation(
                "start", Duration.ZERO, System.nanoTime() + 300_000_000L, context.lease(), java.util.Optional.empty());
        assertThatThrownBy(() -> agent.start(brief))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void shouldRefuseWhatTheMoverRefuses() {
        AddressMover picky = new AddressMover() {
            @Override
            public List<String> validate(Map<String, String> parameters) {
                return List.of("the parameter 'zone' is missing", "the parameter 'ip' is missing");
            }

            @Override
            public Whereabouts look(Call call) {
                return Whereabouts.ELSEWHERE;
            }

            @Override
            public void take(Call call) {}

            @Override
            public void release(Call call) {}
        };

        assertThatThrownBy(() -> AddressMover.agent(picky).create(new TestContext(Map.of(), new TestLease(LEASE))))
                .hasMessage("address IPFailover: the parameter 'zone' is missing; the parameter 'ip' is missing");
    }

    @Test
    void shouldNotLookForTheProgramInThePath() {
        assertThatThrownBy(() -> CommandMover.of(Path.of("mover")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give the whole path");
    }
}
