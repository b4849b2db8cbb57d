package io.releve.examples.demo;

import io.releve.examples.lab.BundledMariaDb;
import io.releve.examples.lab.Ending;
import io.releve.examples.lab.FileTree;
import io.releve.examples.lab.Hosts;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.LoopbackHosts;
import io.releve.examples.lab.NamespaceHosts;
import io.releve.examples.lab.Relay;
import io.releve.examples.lab.Sandbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demonstration: an expense-report application survives the death of its master. */
@Command(
        name = "bin/demo",
        mixinStandardHelpOptions = true,
        version = "Relève 0.1.0-SNAPSHOT",
        sortOptions = false,
        description = {
            "Runs two nodes, each with a real database server, kills one while a client enters expense reports, starts"
                    + " it again, and checks that nothing was lost.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 if every row of the table is OK, 1 if not, 2 if it could not be run at all, 130 after Ctrl-C."
        })
public final class Demo implements Callable<Integer> {

    private static final List<String> NODES = List.of("serv1", "serv2");
    private static final int NOT_OK = 1;
    private static final int IMPOSSIBLE = 2;
    private static final int INTERRUPTED = 130;
    /** A Unix socket's path has at most 107 bytes, and the database servers' end in {@code /serv1/mysqld.sock}. */
    private static final int LONGEST_DIRECTORY = 80;

    private enum Network {
        auto,
        namespaces,
        loopback
    }

    @Option(names = "--serve", description = "Stay up for a browser, with a prompt to stop and start nodes.")
    private boolean serve;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "With --serve: the browser's port on 127.0.0.1 (default: ${DEFAULT-VALUE}).",
            defaultValue = "8080")
    private int port;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            description = "After which a silent node has lost its right to run resources (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int leaseSeconds;

    @Option(
            names = "--network",
            paramLabel = "KIND",
            description = "namespaces: each node with addresses of its own, and a virtual IP; loopback: neither; auto:"
                    + " namespaces where the system allows it (default: ${DEFAULT-VALUE}).",
            defaultValue = "auto")
    private Network network = Network.auto;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Where data and logs go; must be new. Kept. (Default: a temporary one, which is deleted.)")
    private @Nullable Path keptDirectory;

    @Option(
            names = "--mysqld",
            paramLabel = "PATH",
            description = "A mariadbd or mysqld to use instead of the MariaDB that Maven brings.")
    private @Nullable Path mysqld;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Where the database server is unpacked.",
            hidden = true)
    private @Nullable Path cache;

    @Option(names = "--inside", paramLabel = "DIR", hidden = true)
    private @Nullable Path insideDirectory;

    @Option(names = "--temporary", hidden = true)
    private boolean temporary;

    private final Console console = Console.standard();

    private Demo() {}

    /** Runs the demonstration and ends the JVM with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    static int run(List<String> arguments) {
        return new CommandLine(new Demo())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Ending ending = Ending.atExit()) {
            return Sandbox.isInside() ? inside(ending) : outside(ending);
        } catch (LabException | IOException e) {
            console.error("The demonstration cannot run: " + e.getMessage());
            return IMPOSSIBLE;
        }
    }

    private int outside(Ending ending) throws IOException, InterruptedException {
        check();
        if (mysqld != null) {
            System.setProperty(BundledMariaDb.PROPERTY, mysqld.toAbsolutePath().toString());
        }
        Path directory = directory(ending);
        Path unpacked = cache == null ? directory : cache;
        Optional<ServerSocketChannel> browsers = serve ? Optional.of(listen()) : Optional.empty();
        Sandbox.Availability availability = network == Network.loopback
                ? new Sandbox.Availability(Optional.empty(), "chosen by --network")
                : Sandbox.probe();
        if (availability.sandbox().isPresent()) {
            browsers.ifPresent(socket -> ending.push(Relay.start(
                    socket, () -> SocketChannel.open(UnixDomainSocketAddress.of(Performance.webSocket(directory))))));
            List<String> passedOn = new ArrayList<>(List.of(
                    "--inside", directory.toString(),
                    "--cache", unpacked.toString(),
                    "--lease", Integer.toString(leaseSeconds),
                    "--port", Integer.toString(port)));
            if (serve) {
                passedOn.add("--serve");
            }
            if (keptDirectory == null) {
                passedOn.add("--temporary");
            }
            Sandbox.Inside inside = availability.sandbox().get().start(Demo.class, passedOn, properties(), directory);
            ending.push(inside);
            return inside.await();
        }
        if (network == Network.namespaces) {
            throw new LabException("--network namespaces: " + availability.reason());
        }
        Hosts hosts = new LoopbackHosts(NODES, availability.reason());
        return perform(ending, directory, unpacked, hosts, browsers);
    }

    private int inside(Ending ending) throws IOException, InterruptedException {
        Path directory = Objects.requireNonNull(insideDirectory, "--inside");
        if (temporary) {
            // The process outside does it too, unless it was killed.
            ending.push(() -> FileTree.delete(directory));
        }
        Sandbox.holdOn(() -> System.exit(INTERRUPTED));
        Optional<ServerSocketChannel> browsers = Optional.empty();
        if (serve) {
            ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            socket.bind(UnixDomainSocketAddress.of(Performance.webSocket(directory)));
            browsers = Optional.of(socket);
        }
        return perform(ending, directory, Objects.requireNonNull(cache), new NamespaceHosts(NODES), browsers);
    }

    private int perform(
            Ending ending, Path directory, Path unpacked, Hosts hosts, Optional<ServerSocketChannel> browsers)
            throws IOException, InterruptedException {
        Performance performance =
                new Performance(console, directory, unpacked, hosts, Duration.ofSeconds(leaseSeconds));
        boolean ok = browsers.isPresent() ? performance.serve(ending, browsers.get(), port) : performance.run(ending);
        return ok ? 0 : NOT_OK;
    }

    private void check() {
        List<String> mistakes = new ArrayList<>();
        if (port < 1 || port > 65_535) {
            mistakes.add("--port is " + port + "; it must be from 1 to 65535");
        }
        if (leaseSeconds < 2 || leaseSeconds > 60) {
            mistakes.add(
                    "--lease is " + leaseSeconds + "; it must be from 2 to 60 seconds (the kernel counts the lifetime"
                            + " of the virtual IP in whole seconds)");
        }
        if (!mistakes.isEmpty()) {
            throw new LabException(String.join("; ", mistakes));
        }
    }

    private Path directory(Ending ending) {
        try {
            if (keptDirectory != null) {
                Path kept = Files.createDirectory(
                        keptDirectory.toAbsolutePath().normalize(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return checkLength(kept);
            }
            Path made = Files.createTempDirectory("releve-demo-");
            ending.push(() -> FileTree.delete(made));
            return checkLength(made);
        } catch (FileAlreadyExistsException e) {
            throw new LabException("--directory " + e.getMessage() + " is there already; name a new one", e);
        } catch (IOException e) {
            throw new LabException(
                    "no directory for data and logs can be made: " + e + "; name another one with --directory", e);
        }
    }

    private static Path checkLength(Path directory) {
        int length = directory.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_DIRECTORY) {
            throw new LabException("the path " + directory + " has " + length + " bytes; sockets in it allow at most "
                    + LONGEST_DIRECTORY + ": choose a shorter one with --directory");
        }
        return directory;
    }

    private ServerSocketChannel listen() throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            return socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            socket.close();
            throw new LabException(
                    "port " + port + " on 127.0.0.1 cannot be used: " + e.getMessage() + "; choose another with --port",
                    e);
        }
    }

    /** What was said to this JVM must reach the one inside. */
    private static List<String> properties() {
        return Stream.of(BundledMariaDb.PROPERTY, Console.COLOURS)
                .filter(name -> !System.getProperty(name, "").isBlank())
                .map(name -> name + "=" + System.getProperty(name))
                .toList();
    }
}
