package io.releve.coordination.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several real ZooKeeper servers, each in a process of its own, that can be killed, frozen, and cut off from each other.
 * Servers count from 1.
 */
public final class Ensemble implements AutoCloseable {

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Real servers refuse whom they do not listen to, and are asked again; behind a relay it has to wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final String QUORUM = "quorum";
    private static final String ELECTION = "election";

    private final Path directory;
    private final int size;
    private final Map<String, String> settings = new TreeMap<>(Map.of(
            "tickTime", "200",
            "initLimit", "25",
            "syncLimit", "5",
            "maxSessionTimeout", "40000",
            "admin.enableServer", "false",
            "4lw.commands.whitelist", "srvr"));
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    /** Who connects to whom, and for what: by "from-to-what". */
    private final Map<String, Relay> links = new TreeMap<>();

    public Ensemble(int size, Map<String, String> settings, String... properties) {
        this.size = size;
        this.settings.putAll(settings);
        try {
            directory = Files.createTempDirectory("releve-ensemble");
            List<Integer> ports = freePorts(size * 3);
            for (int server = 1; server <= size; server++) {
                clientPorts.add(ports.get(server - 1));
                processes.add(null);
            }
            for (int from = 1; from <= size; from++) {
                for (int to = 1; to <= size; to++) {
                    if (from != to) {
                        links.put(link(from, to, QUORUM), new Relay(ports.get(size + to - 1), PATIENCE));
                        links.put(link(from, to, ELECTION), new Relay(ports.get(2 * size + to - 1), PATIENCE));
                    }
                }
            }
            for (int server = 1; server <= size; server++) {
                writeSettings(server, ports);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.properties = List.of(properties);
        IntStream.rangeClosed(1, size).forEach(this::start);
        awaitLeader();
    }

    private final List<String> properties;

    private static String link(int from, int to, String what) {
        return from + "-" + to + "-" + what;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private void writeSettings(int server, List<Integer> ports) throws IOException {
        Path home = Files.createDirectories(directory.resolve("server" + server));
        Files.writeString(home.resolve("myid"), Integer.toString(server));
        List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> lines.add(name + "=" + value));
        lines.add("dataDir=" + home);
        lines.add("clientPortAddress=127.0.0.1");
        lines.add("clientPort=" + clientPort(server));
        for (int other = 1; other <= size; other++) {
            int quorumPort = ports.get(size + other - 1);
            int electionPort = ports.get(2 * size + other - 1);
            if (other != server) {
                quorumPort = links.get(link(server, other, QUORUM)).port();
                electionPort = links.get(link(server, other, ELECTION)).port();
            }
            lines.add("server." + other + "=127.0.0.1:" + quorumPort + ":" + electionPort);
        }
        Files.write(home.resolve("zoo.cfg"), lines);
    }

    int clientPort(int server) {
        return clientPorts.get(server - 1);
    }

    String address(int server) {
        return "127.0.0.1:" + clientPort(server);
    }

    /** All servers, as a connect string. */
    public String addresses() {
        return IntStream.rangeClosed(1, size).mapToObj(this::address).collect(Collectors.joining(","));
    }

    public void start(int server) {
        Path home = directory.resolve("server" + server);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS"));
        command.addAll(properties);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                home.resolve("zoo.cfg").toString()));
        try {
            processes.set(
                    server - 1,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    home.resolve("log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill(int server) {
        Process process = processes.get(server - 1);
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    public void freeze(int server) {
        ZooKeeperProcess.signal(processes.get(server - 1).pid(), "STOP");
    }

    public void thaw(int server) {
        ZooKeeperProcess.signal(processes.get(server - 1).pid(), "CONT");
    }

    /** Holds up, without a word, everything between one server and the others; clients still reach all. */
    void isolate(int server) {
        linksOf(server).forEach(Relay::hold);
    }

    /** Ends {@link #isolate}. */
    void rejoin(int server) {
        linksOf(server).forEach(Relay::release);
    }

    private List<Relay> linksOf(int server) {
        return links.entrySet().stream()
                .filter(link ->
                        link.getKey().startsWith(server + "-") || link.getKey().contains("-" + server + "-"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Waits until a leader serves. */
    public int awaitLeader() {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() - end < 0) {
            OptionalInt leader = leader();
            if (leader.isPresent()) {
                return leader.getAsInt();
            }
            LockSupport.parkNanos(5_000_000);
        }
        throw new AssertionError("no leader within 30 s; logs in " + directory);
    }

    /** Waits until a server serves, as leader or as follower. */
    public void awaitServing(int server) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (mode(server).isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("server " + server + " does not serve within 30 s; log in " + directory);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private OptionalInt leader() {
        return IntStream.rangeClosed(1, size)
                .filter(server -> mode(server).equals("leader"))
                .findFirst();
    }

    /** A server that follows. */
    int follower() {
        int leader = awaitLeader();
        return leader == 1 ? 2 : 1;
    }

    private String mode(int server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort(server)), 200);
            socket.setSoTimeout(200);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        processes.forEach(process -> {
            if (process != null) {
                process.destroyForcibly()
                        .onExit()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join();
            }
        });
        links.values().forEach(Relay::close);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
