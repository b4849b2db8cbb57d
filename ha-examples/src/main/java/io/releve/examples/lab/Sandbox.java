package io.releve.examples.lab;

import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Namespaces of its own for a whole process tree: network, mounts and processes, as root or, where the system allows
 * it, as an ordinary user. When the tree's first process ends, for whatever reason, the kernel kills all others and
 * takes addresses, bridges and mounts away.
 */
public final class Sandbox {

    /** Names, to the process inside, the socket that ties it to the one outside. */
    private static final String PROPERTY = "releve.sandbox";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    // A shell is the first process: it waits for the orphans that are left to it, which a JVM does not.
    private static final String INIT = "mount -t tmpfs tmpfs /run && ip link set lo up && \"$@\"; exit $?";
    private static final String PROBE = "mount -t tmpfs tmpfs /run && ip link set lo up && ip netns add probe"
            + " && ip link add probe type bridge && ip netns exec probe ip link set lo up";

    private final List<String> prefix;

    private Sandbox(List<String> prefix) {
        this.prefix = prefix;
    }

    /**
     * Whether there can be one here.
     *
     * @param sandbox present if so
     * @param reason otherwise why not, and what would help, in one sentence
     */
    public record Availability(Optional<Sandbox> sandbox, String reason) {}

    /** Tries it out; takes a few hundredths of a second. */
    public static Availability probe() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return unavailable("network namespaces need Linux, this is " + System.getProperty("os.name"));
        }
        if (!installed("ip")) {
            return unavailable("the command ip is missing; install the package iproute2");
        }
        if (!installed("unshare")) {
            return unavailable("the command unshare is missing; install the package util-linux");
        }
        String problem = "";
        for (List<String> rights : List.of(List.<String>of(), List.of("--user", "--map-root-user"))) {
            Sandbox sandbox = new Sandbox(Stream.of(
                            List.of("unshare"),
                            rights,
                            List.of("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"))
                    .flatMap(List::stream)
                    .toList());
            Command.Result tried = Command.run(sandbox.command("sh", List.of("-c", PROBE)));
            if (tried.ok()) {
                return new Availability(Optional.of(sandbox), "");
            }
            problem = tried.output().lines().reduce((first, second) -> second).orElse("status " + tried.status());
        }
        return unavailable("this system does not let this user make network namespaces (" + problem
                + "); run it as root, with sudo");
    }

    private static Availability unavailable(String reason) {
        return new Availability(Optional.empty(), reason);
    }

    private static boolean installed(String program) {
        return Stream.of(path().split(File.pathSeparator, -1))
                .filter(directory -> !directory.isBlank())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** With the directories of administration, which are not on every user's path although {@code ip} may be there. */
    private static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin";
    }

    private List<String> command(String program, List<String> arguments) {
        return Stream.of(prefix, List.of("env", "PATH=" + path(), program), arguments)
                .flatMap(List::stream)
                .toList();
    }

    /** Whether this process runs inside. */
    public static boolean isInside() {
        return System.getProperty(PROPERTY) != null;
    }

    /**
     * Starts a Java program inside, with this process's terminal. The program must call {@link #holdOn}. If this process
     * ends first, however that happens, so does the program.
     *
     * @param main the program
     * @param arguments of the program
     * @param properties system properties, each {@code name=value}
     * @param directory where the two sides meet; must exist and be private
     */
    public Inside start(Class<?> main, List<String> arguments, List<String> properties, Path directory)
            throws IOException {
        return start(main, 96, arguments, properties, directory);
    }

    /**
     * As {@link #start(Class, List, List, Path)}.
     *
     * @param megabytes the program's largest heap
     */
    public Inside start(Class<?> main, int megabytes, List<String> arguments, List<String> properties, Path directory)
            throws IOException {
        Path leash = directory.resolve("leash");
        List<String> java = JavaCommand.of(
                main,
                megabytes,
                Stream.concat(properties.stream(), Stream.of(PROPERTY + "=" + leash))
                        .toList(),
                arguments);
        ServerSocketChannel holder = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        holder.bind(UnixDomainSocketAddress.of(leash));
        Process process = new ProcessBuilder(command(
                        "sh",
                        Stream.concat(Stream.of("-c", INIT, "sh"), java.stream())
                                .toList()))
                .inheritIO()
                .start();
        return new Inside(process, holder);
    }

    /** A program that runs inside, seen from outside. */
    public static final class Inside implements AutoCloseable {

        private final Process process;
        private final ServerSocketChannel holder;

        private Inside(Process process, ServerSocketChannel holder) {
            this.process = process;
            this.holder = holder;
        }

        /** Waits for its end and returns its exit status. */
        public int await() throws InterruptedException {
            return process.waitFor();
        }

        /** Has it end in good order, or kills it with all that it started if that takes longer than 20 s. */
        @Override
        public void close() throws IOException {
            // With it goes the connection that nobody has accepted: the program inside sees the end.
            holder.close();
            try {
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Inside: watches the process outside.
     *
     * @param lost called once when it has gone
     */
    public static void holdOn(Runnable lost) throws IOException {
        String leash = System.getProperty(PROPERTY);
        if (leash == null) {
            return;
        }
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(leash));
        Thread watch = new Thread(
                () -> {
                    try (connection) {
                        while (connection.read(ByteBuffer.allocate(1)) >= 0) {
                            // Nothing is ever said; only the end counts.
                        }
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    lost.run();
                },
                "sandbox-leash");
        watch.setDaemon(true);
        watch.start();
    }
}
