package io.releve.mysql.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service manager of systemd's own, as each user has one, with the units of one test. It wants a system that was booted with
 * systemd; where it was not, root shows it one.
 */
public final class UserSystemd implements AutoCloseable {

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/lib/systemd/systemd"), Path.of("/lib/systemd/systemd"));

    private final Path home;
    private final Process manager;

    private UserSystemd(Path home, Process manager) {
        this.home = home;
        this.manager = manager;
    }

    /** Starts one; skips the test where that is not possible. */
    public static UserSystemd start(Path home) throws Exception {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(Path.of("/nowhere"));
        boolean root = System.getProperty("user.name").equals("root");
        boolean booted = Files.isDirectory(Path.of("/run/systemd/system"));
        assumeTrue(Files.isExecutable(program), "systemd is not installed");
        assumeTrue(root || booted, "this system was not booted with systemd, and only root can feign that");
        Files.createDirectories(
                home.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectories(home.resolve("conf/systemd/user"));
        List<String> command = booted
                ? List.of(program.toString(), "--user")
                : List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec " + program + " --user");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile());
        builder.environment().put("XDG_RUNTIME_DIR", home.resolve("run").toString());
        builder.environment().put("XDG_CONFIG_HOME", home.resolve("conf").toString());
        Process process = builder.start();
        UserSystemd systemd = new UserSystemd(home, process);
        Files.writeString(
                systemd.systemctl(),
                "#!/bin/sh\nXDG_RUNTIME_DIR=" + home.resolve("run") + " exec systemctl --user \"$@\"\n");
        Files.setPosixFilePermissions(systemd.systemctl(), PosixFilePermissions.fromString("rwx------"));
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!Files.exists(home.resolve("run/systemd/private"))
                || systemd.tell("show", "--property=Version").isEmpty()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                String said = Files.readString(home.resolve("log"));
                systemd.close();
                assumeTrue(false, "no service manager of systemd could be started here: " + said);
            }
        }
        return systemd;
    }

    /** The program by which it is told. */
    public Path systemctl() {
        return home.resolve("systemctl");
    }

    /** Writes a unit. */
    public void unit(String name, String text) throws Exception {
        Files.writeString(home.resolve("conf/systemd/user").resolve(name), text);
        tell("daemon-reload");
    }

    /** Runs systemctl; what it says, or nothing if it fails. */
    public String tell(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(systemctl().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said.strip() : "";
    }

    @Override
    public void close() {
        manager.destroy();
        manager.onExit()
                .orTimeout(20, TimeUnit.SECONDS)
                .exceptionally(slow -> manager.destroyForcibly())
                .join();
    }
}
