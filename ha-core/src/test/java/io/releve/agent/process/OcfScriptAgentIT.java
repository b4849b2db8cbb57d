package io.releve.agent.process;

import static io.releve.agent.process.TestContext.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.agent.Outcome;
import io.releve.agent.Outcome.Code;
import io.releve.agent.ResourceAgent;
import io.releve.state.CloneTransition;
import io.releve.state.Notification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real scripts. */
class OcfScriptAgentIT {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path root;

    private final List<ResourceAgent> agents = new ArrayList<>();

    @AfterEach
    void close() {
        agents.forEach(ResourceAgent::close);
    }

    private ResourceAgent agent(String script, Map<String, String> parameters) throws IOException {
        Path directory = Files.createDirectories(root.resolve("resource.d/test"));
        Path file = directory.resolve("Thing");
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        ResourceAgent agent = OcfScriptAgent.of(root, "test", "Thing").create(new TestContext("thing", parameters));
        agents.add(agent);
        return agent;
    }

    @Test
    void shouldKeepWhatOcfAsksOfAnAgent() throws Exception {
        ResourceAgent agent = agent("""
                case $1 in
                start) touch $OCF_RESKEY_state ;;
                stop) rm -f $OCF_RESKEY_state ;;
                monitor) [ -e $OCF_RESKEY_state ] || exit 7 ;;
                promote) exit 8 ;;
                *) exit 3 ;;
                esac
                """, Map.of("state", root.resolve("state").toString()));

        assertThat(agent.monitor(operation("monitor", LONG)).code()).isEqualTo(Code.NOT_RUNNING);
        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.start(operation("start", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.monitor(operation("monitor", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.promote(operation("promote", LONG))).isEqualTo(Outcome.runningPromoted());
        assertThat(agent.demote(operation("demote", LONG)).code()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
        assertThat(agent.stop(operation("stop", LONG))).isEqualTo(Outcome.ok());
    }

    @Test
    void shouldGiveTheScriptItsEnvironmentAndNothingElse() throws Exception {
        Path seen = root.resolve("seen");
        agent("env > " + seen, Map.of("ip", "10.77.0.100", "OCF_CHECK_LEVEL", "10"))
                .start(operation("start", LONG));

        assertThat(Files.readAllLines(seen))
                .contains(
                        "OCF_RESKEY_ip=10.77.0.100",
                        "OCF_CHECK_LEVEL=10",
                        "OCF_ROOT=" + root,
                        "OCF_RESOURCE_INSTANCE=thing",
                        "OCF_RESOURCE_TYPE=Thing",
                        "OCF_RESOURCE_PROVIDER=test",
                        "OCF_RESKEY_CRM_meta_interval=0")
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("USER="));
    }

    @Test
    void shouldTellTheScriptWhatHappensToItsClone() throws Exception {
        Path seen = root.resolve("seen");
        CloneTransition.Instance here = new CloneTransition.Instance("thing", "serv1");
        CloneTransition.Instance there = new CloneTransition.Instance("thing", "serv2");
        CloneTransition change = new CloneTransition(
                List.of(here, there), List.of(here), List.of(), List.of(), List.of(there), List.of(here));

        agent("echo $1 > " + seen + "; env >> " + seen, Map.of())
                .notify(new Notification(Notification.Type.POST, "demote", change), operation("notify", LONG));

        assertThat(Files.readAllLines(seen))
                .startsWith("notify")
                .contains(
                        "OCF_RESKEY_CRM_meta_notify_type=post",
                        "OCF_RESKEY_CRM_meta_notify_operation=demote",
                        "OCF_RESKEY_CRM_meta_notify_active_uname=serv1 serv2",
                        "OCF_RESKEY_CRM_meta_notify_promote_uname=serv2");
    }

    @Test
    void shouldTellTheReasonThatTheScriptGives() throws Exception {
        Outcome outcome = agent(
                        "echo 'ocf-exit-reason:the disk is gone' >&2; echo 'ERROR: whatever' >&2; exit 5", Map.of())
                .start(operation("start", LONG));

        assertThat(outcome.code()).isEqualTo(Code.INSTALLED);
        assertThat(outcome.reason()).startsWith("the disk is gone").contains("status 5");
    }

    @Test
    void shouldTellTheLastWordsOfAScriptThatGivesNoReason() throws Exception {
        Outcome outcome = agent("echo trying >&2; echo 'cannot open port 80' >&2; exit 99", Map.of())
                .start(operation("start", LONG));

        assertThat(outcome.code()).isEqualTo(Code.GENERIC);
        assertThat(outcome.reason()).startsWith("cannot open port 80").contains("status 99");
    }

    @Test
    void shouldSayThatAScriptIsNotInstalled() throws Exception {
        ResourceAgent agent =
                OcfScriptAgent.of(root, "heartbeat", "Missing").create(new TestContext("thing", Map.of()));

        assertThat(agent.start(operation("start", LONG)).code()).isEqualTo(Code.INSTALLED);
        assertThat(agent.monitor(operation("monitor", LONG)).reason()).contains("Missing");
        assertThat(agent.stop(operation("stop", LONG)))
                .as("what is not installed does not run")
                .isEqualTo(Outcome.ok());
    }

    @Test
    void shouldNotWaitForADaemonThatKeepsItsOutputOpen() throws Exception {
        Path pid = root.resolve("pid");
        long began = System.nanoTime();

        Outcome outcome = agent("sleep 1000 & echo $! > " + pid, Map.of()).start(operation("start", LONG));

        assertThat(outcome).isEqualTo(Outcome.ok());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        ProcessHandle daemon =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        assertThat(daemon.isAlive())
                .as("what a script was to start is left alone")
                .isTrue();
        daemon.destroyForcibly();
    }

    @Test
    void shouldKillTheWholeGroupWhenTheOperationIsInterrupted() throws Exception {
        Path pids = root.resolve("pids");
        ResourceAgent agent = agent(
                "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >> " + pids + "; while :; do sleep 1000; done' &\n"
                        + "echo $$ >> " + pids + "; wait; wait",
                Map.of());
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread operation = new Thread(() -> {
            try {
                agent.start(operation("start", LONG));
                thrown.complete(null);
            } catch (Throwable t) {
                thrown.complete(t);
            }
        });
        operation.start();
        while (!Files.exists(pids) || Files.readAllLines(pids).size() < 2) {
            Thread.onSpinWait();
        }
        List<Long> processes =
                Files.readAllLines(pids).stream().map(Long::parseLong).toList();

        operation.interrupt();

        assertThat(thrown.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(processes)
                .noneMatch(pid -> ProcessEntry.of(pid)
                        .filter(process -> !process.isOver())
                        .isPresent());
    }

    @Test
    void shouldKeepWhatATalkativeScriptSaysWithinBounds() throws Exception {
        ExternalCommand runner = new ExternalCommand();
        ExternalCommand.Result result = runner.run(
                List.of("/bin/sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x; echo end"),
                Map.of("PATH", "/usr/bin:/bin"),
                java.util.Optional.empty(),
                LONG);

        assertThat(result.output()).hasSizeLessThan(20_000).endsWith("end");
        runner.close();
    }

    @Test
    void shouldEndACommandWhoseTimeIsOver() {
        ExternalCommand runner = new ExternalCommand();

        assertThatThrownBy(() -> runner.run(
                        List.of("/bin/sh", "-c", "sleep 1000"),
                        Map.of("PATH", "/usr/bin:/bin"),
                        java.util.Optional.empty(),
                        Duration.ofMillis(200)))
                .isInstanceOf(ExternalCommand.Overrun.class)
                .hasMessageContaining("200 ms")
                .hasMessageNotContaining("still there");
        runner.close();
    }
}
