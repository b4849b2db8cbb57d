package io.releve.fencing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real programs: shell scripts that speak as fence agents do. */
class CommandFencerTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private String script(String... lines) throws IOException {
        Path script = directory.resolve("fence_test");
        Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private static FenceRequest request(Duration timeout) {
        return new FenceRequest("serv1", "a1", FenceAction.REBOOT, "it is lost", timeout, Duration.ZERO);
    }

    @Test
    void shouldGiveParametersOnStandardInputAndBelieveTheExitStatus() throws Exception {
        Path seen = directory.resolve("seen");
        CommandFencer fencer = CommandFencer.program(script("cat > " + seen, "echo Success: rebooted"))
                .parameter("lanplus", "1")
                .node("serv1", "plug", "3")
                .node("serv2", "plug", "4")
                .build();

        FenceResult result = fencer.fence(request(LIMIT));

        assertThat(Files.readString(seen)).isEqualTo("lanplus=1\nplug=3\naction=reboot\nnodename=serv1\n");
        assertThat(result.isFenced()).isTrue();
        assertThat(result.describe()).contains("has done \"reboot\" to serv1: Success: rebooted");
    }

    @Test
    void shouldShowASecretToTheProgramAlone() throws Exception {
        Path seen = directory.resolve("seen");
        Path surroundings = directory.resolve("surroundings");
        char[] secret = "s3cret-é".toCharArray();
        CommandFencer fencer = CommandFencer.program(script(
                        "cat > " + seen,
                        "{ env; tr '\\0' ' ' < /proc/$$/cmdline; } > " + surroundings,
                        "echo Login with s3cret-é refused >&2",
                        "exit 1"))
                .secret("password", () -> secret)
                .build();

        FenceResult result = fencer.fence(request(LIMIT));

        assertThat(Files.readString(seen)).contains("password=s3cret-é\n");
        assertThat(Files.readString(surroundings)).doesNotContain("s3cret");
        assertThat(result.toString()).doesNotContain("s3cret").contains("Login with *** refused");
        assertThat(result.describe()).contains("ended with status 1");
        assertThat(secret).containsOnly('\0');
        assertThat(fencer.toString()).doesNotContain("s3cret");
    }

    @Test
    void shouldEndAProgramThatHangsWithAllThatItHasStarted() throws Exception {
        Path pids = directory.resolve("pids");
        CommandFencer fencer = CommandFencer.program(script(
                        "trap '' TERM",
                        "sh -c 'trap \"\" TERM; echo $$ >> " + pids + "; while :; do sleep 1; done' &",
                        "echo $$ >> " + pids,
                        "wait"))
                .build();

        FenceResult result = fencer.fence(request(Duration.ofMillis(700)));

        assertThat(result.describe()).startsWith("not fenced: ").contains("did not end within 665 ms");
        for (String pid : Files.readAllLines(pids)) {
            ProcessHandle.of(Long.parseLong(pid))
                    .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldRefuseANodeThatItIsNotSetUpFor() throws Exception {
        CommandFencer fencer = CommandFencer.program(script("exit 0"))
                .node("serv2", "plug", "4")
                .build();

        assertThat(fencer.fence(request(LIMIT)).describe()).contains("is set up for [serv2], not for serv1");
    }

    @Test
    void shouldNameEveryMistake() {
        CommandFencer fencer = CommandFencer.program("fence_ipmilan")
                .parameter("action", "off")
                .parameter("a b", "c")
                .node("serv1", "ip", "1\n2")
                .build();

        assertThat(fencer.validate()).hasSize(4);
        assertThat(CommandFencer.program("/nowhere/fence").build().validate())
                .singleElement()
                .asString()
                .contains("not there");
    }
}
