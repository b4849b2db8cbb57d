package io.releve.agent.process;

import static io.releve.agent.process.TestContext.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome;
import io.releve.agent.Outcome.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a script in place of systemctl. */
class SystemdUnitAgentTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private SystemdUnitAgent agent(String systemctl) throws IOException {
        Path file = directory.resolve("systemctl");
        Files.writeString(file, "#!/bin/sh\nstate=" + directory.resolve("state") + "\n" + systemctl);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new SystemdUnitAgent(file, directory, "nginx", new TestContext("web", Map.of()));
    }

    private static String show(String load, String active, String sub) {
        return "LoadState=" + load + "\\nActiveState=" + active + "\\nSubState=" + sub + "\\nResult=success\\n";
    }

    @Test
    void shouldStartMonitorAndStop() throws Exception {
        SystemdUnitAgent agent = agent("""
                case $3 in
                start) echo active > $state ;;
                stop) echo inactive > $state ;;
                show) printf 'LoadState=loaded\\nActiveState=%s\\nSubState=x\\nResult=success\\n' $(cat $state) ;;
                esac
                """);
        Files.writeString(directory.resolve("state"), "inactive");

        assertThat(agent.monitor(operation("monitor", LONG)).code()).isEqualTo(Code.NOT_RUNNING);
        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.monitor(operation("monitor", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.monitor(operation("monitor", LONG)).reason()).contains("nginx.service is inactive");
        agent.close();
    }

    @Test
    void shouldTellWhatSystemdSays() throws Exception {
        SystemdUnitAgent agent = agent("[ $3 = show ] && printf '" + show("loaded", "failed", "failed")
                + "' && exit 0; echo 'Job for nginx.service failed' >&2; exit 1");

        Outcome outcome = agent.start(operation("start", LONG));

        assertThat(outcome.code()).isEqualTo(Code.GENERIC);
        assertThat(outcome.reason()).contains("Job for nginx.service failed").contains("is failed");
        agent.close();
    }

    @Test
    void shouldNotCallAUnitStoppedThatStillStops() throws Exception {
        SystemdUnitAgent agent =
                agent("[ $3 = show ] && printf '" + show("loaded", "deactivating", "stop-sigterm") + "'; exit 0");

        assertThat(agent.stop(operation("stop", LONG)).code()).isEqualTo(Code.GENERIC);
        assertThat(agent.monitor(operation("monitor", LONG)).code()).isEqualTo(Code.GENERIC);
        agent.close();
    }

    @Test
    void shouldSayThatThereIsNoSuchUnit() throws Exception {
        SystemdUnitAgent agent =
                agent("[ $3 = show ] && printf '" + show("not-found", "inactive", "dead") + "' && exit 0; exit 5");

        assertThat(agent.start(operation("start", LONG)).code()).isEqualTo(Code.INSTALLED);
        assertThat(agent.monitor(operation("monitor", LONG)).reason()).contains("no unit nginx.service");
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        agent.close();
    }

    @Test
    void shouldSayThatThereIsNoSystemd() throws Exception {
        SystemdUnitAgent absent = new SystemdUnitAgent(
                directory.resolve("missing"), directory, "nginx", new TestContext("web", Map.of()));
        SystemdUnitAgent notBooted = new SystemdUnitAgent(
                Path.of("/bin/sh"), directory.resolve("missing"), "nginx", new TestContext("web", Map.of()));

        assertThat(absent.start(operation("start", LONG)).code()).isEqualTo(Code.INSTALLED);
        assertThat(notBooted.start(operation("start", LONG)).reason()).contains("not booted with systemd");
        assertThat(notBooted.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldRefuseWhatIsNoNameOfAUnit() {
        assertThatThrownBy(() -> SystemdUnitAgent.of("--help").create(new TestContext("web", Map.of())))
                .hasMessageContaining("no name");
        assertThatThrownBy(() -> SystemdUnitAgent.of("a b; rm").create(new TestContext("web", Map.of())))
                .hasMessageContaining("no name");
    }
}
