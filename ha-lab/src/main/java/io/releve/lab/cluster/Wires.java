package io.releve.lab.cluster;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.NamespaceHosts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cables between the hosts and the bridge. A cut is silent, as that of a real cable behind a switch is: the host's
 * interface stays up, packets vanish. It is made at the bridge's end, out of the host's reach.
 */
public final class Wires {

    /** A bridge without ports: what is sent there is gone. */
    private static final String NOWHERE = "void";

    private final NamespaceHosts hosts;

    /** In which direction packets vanish, seen from the host. */
    public enum Direction {
        OUT,
        IN,
        BOTH
    }

    private Wires(NamespaceHosts hosts) {
        this.hosts = hosts;
    }

    /** The cables of a network that nobody has cut before. */
    public static Wires of(NamespaceHosts hosts) {
        run("ip", "link", "add", NOWHERE, "type", "bridge");
        run("ip", "link", "set", NOWHERE, "up");
        hosts.all().forEach(host -> run("tc", "qdisc", "add", "dev", hosts.port(host), "clsact"));
        return new Wires(hosts);
    }

    /** Nothing passes any more, not even the question who has an address. */
    public void cut(Host host, Direction direction) {
        drop(host, direction, "all", List.of(), List.of("match", "u32", "0", "0"), List.of("match", "u32", "0", "0"));
    }

    /** Nothing passes between a host and one address. */
    public void cutFrom(Host host, Direction direction, String address) {
        drop(
                host,
                direction,
                "ip",
                List.of(),
                List.of("match", "ip", "dst", address + "/32"),
                List.of("match", "ip", "src", address + "/32"));
    }

    /** No TCP connection of a host to others' ports, or of others to its own, gets anything across. */
    public void cutPorts(Host host, Direction direction, List<Integer> ports) {
        for (int port : ports) {
            for (String side : List.of("dport", "sport")) {
                List<String> match = List.of("match", "ip", side, Integer.toString(port), "0xffff");
                drop(host, direction, "ip", List.of("match", "ip", "protocol", "6", "0xff"), match, match);
            }
        }
    }

    /** As {@link #cutPorts}, with one address only. */
    public void cutPortsFrom(Host host, Direction direction, String address, List<Integer> ports) {
        for (int port : ports) {
            for (String side : List.of("dport", "sport")) {
                List<String> match = List.of("match", "ip", side, Integer.toString(port), "0xffff");
                drop(
                        host,
                        direction,
                        "ip",
                        List.of("match", "ip", "protocol", "6", "0xff"),
                        with(match, "dst", address),
                        with(match, "src", address));
            }
        }
    }

    private static List<String> with(List<String> match, String side, String address) {
        List<String> all = new ArrayList<>(match);
        all.addAll(List.of("match", "ip", side, address + "/32"));
        return all;
    }

    private void drop(
            Host host,
            Direction direction,
            String protocol,
            List<String> common,
            List<String> whenLeaving,
            List<String> whenArriving) {
        if (direction != Direction.IN) {
            // What leaves the host comes in at the bridge.
            filter(host, "ingress", protocol, common, whenLeaving);
        }
        if (direction != Direction.OUT) {
            filter(host, "egress", protocol, common, whenArriving);
        }
    }

    private void filter(Host host, String hook, String protocol, List<String> common, List<String> match) {
        List<String> command = new ArrayList<>(
                List.of("tc", "filter", "add", "dev", hosts.port(host), hook, "protocol", protocol, "u32"));
        command.addAll(common);
        command.addAll(match);
        command.addAll(List.of("action", "mirred", "egress", "redirect", "dev", NOWHERE));
        run(command.toArray(String[]::new));
    }

    /** Everything passes again. */
    public void heal(Host host) {
        run("tc", "filter", "del", "dev", hosts.port(host), "ingress");
        run("tc", "filter", "del", "dev", hosts.port(host), "egress");
        Command.run(List.of("tc", "qdisc", "del", "dev", hosts.port(host), "root"));
        run("ip", "link", "set", hosts.port(host), "up");
    }

    /** Pulls the plug out of the host: its interface loses its carrier. */
    public void unplug(Host host) {
        run("ip", "link", "set", hosts.port(host), "down");
    }

    /** Puts it in again. */
    public void plugIn(Host host) {
        run("ip", "link", "set", hosts.port(host), "up");
    }

    /**
     * What a host sends and what it is sent arrives late, or not at all.
     *
     * @param log what the line's program says
     * @return takes it back when closed
     */
    public BadLine worsen(Host host, BadLine.Quality quality, Path log) throws InterruptedException {
        return BadLine.insert(hosts.port(host), hosts.bridge(), quality, log);
    }

    /**
     * What arrives at the host arrives slowly.
     *
     * @param discipline a queueing discipline and its parameters, as {@code tc} takes them
     * @return whether this kernel has it
     */
    public boolean slow(Host host, List<String> discipline) {
        List<String> command = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", hosts.port(host), "root"));
        command.addAll(discipline);
        return Command.run(command).ok();
    }

    /** What is still cut or slow, for an audit. */
    public List<String> remains() {
        List<String> found = new ArrayList<>();
        for (Host host : hosts.all()) {
            for (String hook : List.of("ingress", "egress")) {
                String filters = Command.run(List.of("tc", "filter", "show", "dev", hosts.port(host), hook))
                        .orThrow();
                if (!filters.isEmpty()) {
                    found.add(host.name() + " is still cut: "
                            + filters.lines().findFirst().orElse(""));
                }
            }
        }
        return found;
    }

    private static void run(String... command) {
        Command.run(List.of(command)).orThrow();
    }
}
