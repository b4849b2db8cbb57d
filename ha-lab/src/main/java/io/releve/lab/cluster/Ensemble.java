package io.releve.lab.cluster;

import io.releve.examples.lab.Host;
import io.releve.examples.lab.ZooKeeperProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The ZooKeeper servers, one on each host. */
public final class Ensemble {

    private static final int CLIENT_PORT = 2181;
    private static final int QUORUM_PORT = 2888;
    private static final int ELECTION_PORT = 3888;
    private static final int ANSWER_MILLIS = 300;

    /** The ports of ZooKeeper: those of its clients, and those between the servers. */
    static final List<Integer> PORTS = List.of(CLIENT_PORT, QUORUM_PORT, ELECTION_PORT);

    /** As docs/zookeeper.md says: servers must have found a new leader before the nodes' leases end. */
    private static final Map<String, String> FOR_LONG_LEASES =
            Map.of("tickTime", "200", "syncLimit", "5", "initLimit", "50");

    private static final Map<String, String> FOR_SHORT_LEASES =
            Map.of("tickTime", "100", "syncLimit", "3", "initLimit", "100");

    /** As docs/zookeeper.md says: an election must not wait for whom nobody can reach. */
    private static final Map<String, String> ELECTIONS = Map.of(
            "connectToLearnerMasterLimit", "5", "cnxTimeout", "500", "fastleader.maxNotificationInterval", "400");

    private static final Duration LONG = Duration.ofSeconds(3);

    private final List<Host> hosts;
    private final Map<String, String> ticks;

    /**
     * Servers that are not started yet.
     *
     * @param hosts theirs
     * @param lease the nodes' lease; elections must not take longer
     */
    public Ensemble(List<Host> hosts, Duration lease) {
        this.hosts = List.copyOf(hosts);
        this.ticks = lease.compareTo(LONG) < 0 ? FOR_SHORT_LEASES : FOR_LONG_LEASES;
    }

    /** For clients. */
    public String connectString() {
        return hosts.stream().map(host -> host.address() + ":" + CLIENT_PORT).collect(Collectors.joining(","));
    }

    /** Starts the server of a host; it serves once a majority runs. */
    public ZooKeeperProcess launch(Host host, Path directory) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < hosts.size(); i++) {
            settings.put("server." + (i + 1), hosts.get(i).address() + ":" + QUORUM_PORT + ":" + ELECTION_PORT);
        }
        settings.putAll(ticks);
        settings.putAll(ELECTIONS);
        settings.put("maxSessionTimeout", "40000");
        settings.put("4lw.commands.whitelist", "srvr");
        settings.put("autopurge.purgeInterval", "0");
        return ZooKeeperProcess.launchMember(
                directory,
                host,
                CLIENT_PORT,
                hosts.stream().map(Host::address).toList().indexOf(host.address()) + 1,
                settings,
                List.of(
                        "zookeeper.fsync.warningthresholdms=200",
                        "org.slf4j.simpleLogger.showDateTime=true",
                        "org.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                        "org.slf4j.simpleLogger.log.org.apache.zookeeper.server.quorum.QuorumPeer=info",
                        "org.slf4j.simpleLogger.log.org.apache.zookeeper.server.quorum.FastLeaderElection=info"));
    }

    /** The host whose server leads, as far as the servers can be asked. */
    public Optional<Host> leader() {
        return hosts.stream()
                .filter(host -> mode(host).filter("leader"::equals).isPresent())
                .findFirst();
    }

    /** What a server calls itself: leader or follower; empty while it serves nobody. */
    public Optional<String> mode(Host host) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host.address(), CLIENT_PORT), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()).strip())
                    .findFirst();
        } catch (IOException silent) {
            return Optional.empty();
        }
    }
}
