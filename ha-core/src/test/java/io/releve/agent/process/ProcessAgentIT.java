package io.releve.agent.process;

import static io.releve.agent.process.TestContext.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome;
import io.releve.agent.Outcome.Code;
import io.releve.agent.ResourceAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
class ProcessAgentIT {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path directory;

    private final TestContext context = new TestContext("worker", Map.of());

    @AfterEach
    void leaveNothingBehind() throws Exception {
        new PidFile(directory.resolve("worker.pid")).session().ifPresent(left -> {
            try {
                left.kill(LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private ResourceAgent agent(String... command) {
        return ProcessAgent.command(command).stateDirectory(directory).build().create(context);
    }

    private ResourceAgent shell(String script) {
        return agent("/bin/sh", "-c", script);
    }

    private ProcessSession session() throws IOException {
        return new PidFile(directory.resolve("worker.pid")).session().orElseThrow();
    }

    @Test
    void shouldStartMonitorAndStop() throws Exception {
        ResourceAgent agent = agent("sleep", "1000");

        assertThat(agent.monitor(operation("monitor", LONG)).code()).isEqualTo(Code.NOT_RUNNING);
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        long pid = session().leader();
        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(session().leader()).as("a second start changes nothing").isEqualTo(pid);
        assertThat(agent.monitor(operation("monitor", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.monitor(operation("monitor", LONG)).code()).isEqualTo(Code.NOT_RUNNING);
    }

    @Test
    void shouldAskForAMonitorTheMomentTheProcessDies() throws Exception {
        ResourceAgent agent = agent("sleep", "1000");
        agent.start(operation("start", LONG));

        long killed = System.nanoTime();
        ProcessHandle.of(session().leader()).orElseThrow().destroyForcibly();

        assertThat(context.monitors.poll(10, TimeUnit.SECONDS)).contains("has ended");
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(1));
        Outcome outcome = agent.monitor(operation("monitor", LONG));
        assertThat(outcome.code()).isEqualTo(Code.NOT_RUNNING);
        assertThat(outcome.reason()).contains("signal 9");
    }

    @Test
    void shouldTakeOnTheProcessOfAnEarlierJvm() throws Exception {
        agent("sleep", "1000").start(operation("start", LONG));
        long pid = session().leader();

        ResourceAgent later = agent("sleep", "1000");

        assertThat(later.monitor(operation("monitor", LONG))).isEqualTo(Outcome.ok());
        assertThat(later.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(session().leader()).isEqualTo(pid);
        assertThat(later.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void shouldFindAProcessThatWasStartedJustBeforeItsJvmDied() throws Exception {
        PidFile file = new PidFile(directory.resolve("worker.pid"));
        ProcessBuilder builder = new ProcessBuilder(ProcessSession.command(List.of("sleep", "1000")));
        builder.environment().put(PidFile.VARIABLE, file.prepare());
        Process orphan = builder.start();
        // What it was told stands in its environment once it has become another program.
        while (ProcessEntry.of(orphan.pid()).orElseThrow().session() != orphan.pid()) {
            Thread.onSpinWait();
        }

        assertThat(file.session()).contains(new ProcessSession(orphan.pid()));
        assertThat(agent("sleep", "1000").monitor(operation("monitor", LONG))).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldNotTakeAnotherProcessOfTheSameNumberForItsOwn() throws Exception {
        PidFile file = new PidFile(directory.resolve("worker.pid"));
        file.record(file.prepare(), ProcessHandle.current().pid());
        String[] words =
                Files.readString(directory.resolve("worker.pid")).strip().split(" ", -1);
        Files.writeString(directory.resolve("worker.pid"), words[0] + " " + words[1] + " " + words[2] + " 1");

        assertThat(agent("sleep", "1000").monitor(operation("monitor", LONG)).code())
                .isEqualTo(Code.NOT_RUNNING);
        assertThat(agent("sleep", "1000").stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldKillAGrandchildThatIgnoresSigterm() throws Exception {
        ResourceAgent agent = shell("sh -c 'trap \"\" TERM; while :; do sleep 1000; done' & wait");
        agent.start(operation("start", LONG));
        ProcessSession session = session();
        while (session.members().size() < 3) {
            Thread.onSpinWait();
        }

        assertThat(agent.stop(operation("stop", Duration.ofSeconds(2)))).isEqualTo(Outcome.ok());

        assertThat(session.members()).isEmpty();
    }

    @Test
    void shouldCallItBrokenWhenOnlyItsChildrenAreLeft() throws Exception {
        ResourceAgent agent = shell("sleep 1000 & wait");
        agent.start(operation("start", LONG));
        ProcessSession session = session();
        while (session.members().size() < 2) {
            Thread.onSpinWait();
        }
        ProcessHandle.of(session.leader()).orElseThrow().destroyForcibly();
        context.monitors.poll(10, TimeUnit.SECONDS);

        Outcome outcome = agent.monitor(operation("monitor", LONG));
        assertThat(outcome.code()).isEqualTo(Code.GENERIC);
        assertThat(outcome.reason()).contains("still there");
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(session.members()).isEmpty();
    }

    @Test
    void shouldWaitUntilTheServiceIsReady() throws Exception {
        Path ready = directory.resolve("ready");
        ResourceAgent agent = ProcessAgent.command("/bin/sh", "-c", "sleep 0.2; touch " + ready + "; sleep 1000")
                .stateDirectory(directory)
                .check(limit -> Files.exists(ready) ? Outcome.ok() : Outcome.failed("no file yet"))
                .build()
                .create(context);

        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(ready).exists();
    }

    @Test
    void shouldFailToStartWhatEndsAtOnce() throws Exception {
        ResourceAgent agent = ProcessAgent.command("/bin/sh", "-c", "echo no port; exit 3")
                .stateDirectory(directory)
                .output(directory.resolve("worker.log"))
                .check(limit -> Outcome.failed("nothing listens"))
                .build()
                .create(context);

        Outcome outcome = agent.start(operation("start", LONG));

        assertThat(outcome.code()).isEqualTo(Code.GENERIC);
        assertThat(outcome.reason()).contains("exit status 3").contains("worker.log");
        assertThat(directory.resolve("worker.log")).hasContent("no port");
    }

    @Test
    void shouldFailToStartWhatDoesNotBecomeReadyInTime() throws Exception {
        ResourceAgent agent = ProcessAgent.command("sleep", "1000")
                .stateDirectory(directory)
                .check(limit -> Outcome.failed("nothing listens"))
                .build()
                .create(context);

        Outcome outcome = agent.start(operation("start", SHORT));

        assertThat(outcome.reason()).contains("not ready: nothing listens");
    }

    @Test
    void shouldKeepSecretsOutOfTheCommandLine() throws Exception {
        Path told = directory.resolve("told");
        ResourceAgent agent = ProcessAgent.command("/bin/sh", "-c", "echo $WORD > " + told + "; sleep 1000")
                .stateDirectory(directory)
                .secret("WORD", () -> "xyzzy".toCharArray())
                .check(limit -> Files.exists(told) ? Outcome.ok() : Outcome.failed("no file yet"))
                .build()
                .create(context);

        agent.start(operation("start", LONG));

        assertThat(told).hasContent("xyzzy");
        assertThat(Files.readString(Path.of("/proc/" + session().leader() + "/cmdline")))
                .doesNotContain("xyzzy");
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        assertThatThrownBy(() -> ProcessAgent.command("true").build()).hasMessageContaining("stateDirectory");
        ResourceAgent agent = agent("/does/not/exist");
        Outcome outcome = agent.start(operation("start", SHORT));
        assertThat(outcome.code()).isEqualTo(Code.INSTALLED);
        assertThat(outcome.reason()).contains("/does/not/exist");
    }
}
