package io.releve.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemCommandTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SystemCommand command = new SystemCommand("/nowhere");

    @Test
    void shouldReturnWhatTheProgramLeft() throws Exception {
        ExternalCommand.Result result = command.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"), LIMIT);

        assertThat(result).isEqualTo(new ExternalCommand.Result(3, "out\n", "err"));
    }

    @Test
    void shouldReadMoreThanAPipeHolds() throws Exception {
        assertThat(command.run(List.of("head", "-c", "300000", "/dev/zero"), LIMIT)
                        .output())
                .hasSize(300_000);
    }

    @Test
    void shouldKillAProgramThatOutlastsItsLimit() {
        long before = System.nanoTime();

        assertThatThrownBy(() -> command.run(List.of("sleep", "60"), Duration.ofMillis(100)))
                .isInstanceOf(ExternalCommand.CommandTimeoutException.class)
                .hasMessage("'sleep 60' did not end within 100 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LIMIT);
    }

    @Test
    void shouldSayWhereItLookedForAMissingProgram() {
        assertThatThrownBy(() -> command.run(List.of("no-such-program"), LIMIT))
                .isInstanceOf(ExternalCommand.ProgramMissingException.class)
                .hasMessage("there is no program 'no-such-program' in /nowhere:/usr/sbin:/sbin:/usr/bin:/bin");
    }
}
