package io.releve.lab.vip;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.LabException;
import io.releve.examples.lab.LogTail;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** keepalived on each host, as a child of this process; the system's own is left alone. */
final class KeepalivedStage implements Stage {

    private static final String PROGRAM = "keepalived";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Two advertisements of the slowest. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Segment segment;
    private final Path directory;
    private final boolean fastest;
    private final Map<String, ManagedProcess> daemons = new HashMap<>();
    private final Set<String> leaving = new HashSet<>();

    /** Why there can be no such stage here; empty if there can. */
    static Optional<String> obstacle() {
        return Command.run(List.of(PROGRAM, "--version")).ok()
                ? Optional.empty()
                : Optional.of(
                        "keepalived is not installed (Debian, Ubuntu: apt-get install keepalived; nothing needs to be"
                                + " configured or started)");
    }

    /** As it names itself. */
    static String version() {
        return Command.run(List.of(PROGRAM, "--version"))
                .output()
                .lines()
                .findFirst()
                .map(line -> line.split("\\s+\\(", 2)[0])
                .orElse(PROGRAM);
    }

    /** Starts them; nothing is waited for. */
    KeepalivedStage(Segment segment, Path directory, boolean fastest) throws IOException, InterruptedException {
        this.segment = segment;
        this.directory = Files.createDirectory(directory);
        this.fastest = fastest;
        for (String host : Segment.HOSTS) {
            Files.createDirectory(directory.resolve(host));
            Files.writeString(file(host, "conf"), configuration(host), StandardCharsets.UTF_8);
            restart(host);
        }
    }

    private Path file(String host, String name) {
        return directory.resolve(host).resolve("keepalived." + name);
    }

    private String configuration(String host) {
        return configuration(Segment.HOSTS.indexOf(host), segment.virtualIp(), fastest);
    }

    /**
     * The defaults, with priorities about the default one; or the shortest interval that VRRP's version 3 has, with high priorities,
     * which hasten a takeover, and far apart, so that not two hosts take over at once.
     */
    static String configuration(int number, String address, boolean fastest) {
        return (fastest ? "global_defs {\n    vrrp_version 3\n}\n" : "")
                + "vrrp_instance address {\n"
                + "    interface eth0\n"
                + "    virtual_router_id 51\n"
                + "    priority " + (fastest ? 250 - 50 * number : 103 - number) + "\n"
                + (fastest ? "    advert_int 0.01\n" : "")
                + "    virtual_ipaddress {\n"
                + "        " + address + "/32 dev eth0\n"
                + "    }\n"
                + "}\n";
    }

    @Override
    public void restart(String host) throws InterruptedException {
        ManagedProcess daemon = daemons.get(host);
        if (daemon != null && leaving.remove(host) && !daemon.awaitEnd(PATIENCE)) {
            throw new LabException("keepalived on " + host + " does not end");
        }
        if (daemon == null || !daemon.isAlive()) {
            // What a killed one has left would be an address that its successor takes for somebody else's.
            segment.takeAway(host);
            List<String> command = List.of(
                    PROGRAM,
                    "--dont-fork",
                    "--no-syslog",
                    "--log-console",
                    "--log-detail",
                    "--vrrp",
                    "--use-file=" + file(host, "conf"),
                    "--pid=" + file(host, "pid"),
                    "--vrrp_pid=" + file(host, "vrrp.pid"));
            daemons.put(
                    host,
                    ManagedProcess.start(
                            host + "-keepalived", segment.host(host).command(command), file(host, "log"), line -> {}));
        }
    }

    /** The first host has the highest priority, and with it the address whenever it is well. */
    @Override
    public String prepare(Trial trial) throws InterruptedException {
        String first = Segment.HOSTS.get(0);
        Set<String> alone = Set.of(first);
        do {
            if (!segment.events().await(PATIENCE, alone::equals)) {
                throw new LabException("the address did not come to " + first + ", which has the highest priority");
            }
            // Alone for a while: until then, whoever has just been started may still be waiting for others.
        } while (segment.events().await(SETTLED, holders -> !holders.equals(alone)));
        return first;
    }

    @Override
    public void move(String from) {
        // SIGTERM: it tells its peers that it leaves, and takes a second to end.
        leaving.add(from);
        Optional.ofNullable(daemons.get(from))
                .ifPresent(daemon -> daemon.handle().destroy());
    }

    @Override
    public List<ProcessHandle> keepers(String host) {
        return Optional.ofNullable(daemons.get(host)).map(ManagedProcess::handle).stream()
                .flatMap(parent -> Stream.concat(Stream.of(parent), parent.descendants()))
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    @Override
    public String lastWords() {
        StringBuilder all = new StringBuilder();
        for (String host : Segment.HOSTS) {
            all.append("--- ").append(file(host, "log")).append('\n');
            all.append(LogTail.of(file(host, "log"), 15)).append('\n');
        }
        return all.toString();
    }

    @Override
    public void close() {
        for (String host : Segment.HOSTS) {
            Processes.kill(segment.everything(host));
            segment.takeAway(host);
        }
        daemons.values().forEach(ManagedProcess::close);
    }
}
