package io.releve.examples.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Each host is a network namespace with an address of its own, joined to the others by a bridge. Made only inside a
 * {@link Sandbox}, which is itself a namespace that the kernel takes away with its last process: nothing here needs
 * removing.
 */
public final class NamespaceHosts implements Hosts {

    private static final String NETWORK = "10.77.0.";
    private static final String BRIDGE = "lan";
    /** Else it would be that of one of its ports, and change with them. */
    private static final String BRIDGE_ADDRESS = "02:00:00:00:00:fe";

    private static final int DATABASE_PORT = 3306;
    private static final int WEB_PORT = 8080;

    private final List<Host> hosts;

    /**
     * Makes the hosts.
     *
     * @param names their names
     * @throws LabException if a command fails; the message holds what it said
     */
    public NamespaceHosts(List<String> names) {
        ip("link", "add", BRIDGE, "address", BRIDGE_ADDRESS, "type", "bridge");
        ip("address", "add", NETWORK + "254/24", "dev", BRIDGE);
        ip("link", "set", BRIDGE, "up");
        List<Host> made = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            made.add(host(names.get(i), i + 1));
        }
        hosts = List.copyOf(made);
    }

    private static Host host(String name, int number) {
        String port = "port" + number;
        String address = NETWORK + number;
        ip("netns", "add", name);
        ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name);
        ip("link", "set", port, "master", BRIDGE, "up");
        ip("-n", name, "address", "add", address + "/24", "dev", "eth0");
        ip("-n", name, "link", "set", "lo", "up");
        ip("-n", name, "link", "set", "eth0", "up");
        return new Host(name, address, DATABASE_PORT, WEB_PORT, List.of("ip", "netns", "exec", name));
    }

    /** The bridge's end of a host's cable: what passes here, in either direction, passes the host's interface. */
    public String port(Host host) {
        return "port" + (hosts.indexOf(host) + 1);
    }

    /** The bridge that joins the cables. */
    public String bridge() {
        return BRIDGE;
    }

    private static void ip(String... arguments) {
        Command.run(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList())
                .orThrow();
    }

    @Override
    public List<Host> all() {
        return hosts;
    }

    @Override
    public String outside() {
        return NETWORK + "254";
    }

    @Override
    public Optional<String> virtualIp() {
        return Optional.of(NETWORK + "100");
    }

    @Override
    public String description() {
        return "a network namespace for each node, joined by a bridge; virtual IP " + NETWORK + "100";
    }

    @Override
    public void powerOff(Host host, List<ProcessHandle> known) {
        Command.Result pids = Command.run(List.of("ip", "netns", "pids", host.name()));
        Stream<ProcessHandle> there = pids.orThrow()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Long::parseLong)
                .flatMap(pid -> ProcessHandle.of(pid).stream());
        Processes.kill(Stream.concat(there, known.stream()).toList());
    }
}
