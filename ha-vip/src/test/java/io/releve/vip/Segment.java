package io.releve.vip;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A network segment of hosts, each a network namespace with an interface {@code eth0}, and a neighbour whose
 * {@code br0} is the bridge that joins them: 10.91.0.1 and fd91::1 for the neighbour, .11, .12 … for the hosts. Gone
 * when closed.
 */
final class Segment implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static int made;

    private final SystemCommand command = SystemCommand.ofThisProcess();
    private final Deque<String> namespaces = new ArrayDeque<>();
    private final String prefix;
    private final int hosts;

    private Segment(String prefix, int hosts) {
        this.prefix = prefix;
        this.hosts = hosts;
    }

    /** Skips the test where network namespaces are not allowed. */
    static synchronized Segment of(int hosts) throws Exception {
        made++;
        Segment segment = new Segment("rlvip" + ProcessHandle.current().pid() + "x" + made + "-", hosts);
        try {
            segment.build();
            return segment;
        } catch (Throwable e) {
            segment.close();
            throw e;
        }
    }

    private void build() throws Exception {
        try {
            addNamespace(neighbour());
        } catch (IOException e) {
            Assumptions.abort("network namespaces cannot be made here (" + e.getMessage()
                    + "): run as root, with the package iproute2");
        }
        ip("-n", neighbour(), "link", "add", "br0", "type", "bridge", "forward_delay", "0");
        ip("-n", neighbour(), "addr", "add", "10.91.0.1/24", "dev", "br0");
        ip("-n", neighbour(), "addr", "add", "fd91::1/64", "dev", "br0", "nodad");
        ip("-n", neighbour(), "link", "set", "br0", "up");
        for (int i = 1; i <= hosts; i++) {
            addNamespace(host(i));
            ip("-n", host(i), "link", "add", "eth0", "type", "veth", "peer", "name", "to" + i, "netns", neighbour());
            ip("-n", neighbour(), "link", "set", "to" + i, "master", "br0", "up");
            ip("-n", host(i), "addr", "add", "10.91.0.1" + i + "/24", "dev", "eth0");
            ip("-n", host(i), "addr", "add", "fd91::1" + i + "/64", "dev", "eth0", "nodad");
            ip("-n", host(i), "link", "set", "eth0", "up");
        }
    }

    private void addNamespace(String name) throws Exception {
        ip("netns", "add", name);
        namespaces.push(name);
        ip("-n", name, "link", "set", "lo", "up");
    }

    String neighbour() {
        return prefix + "n";
    }

    /** The namespace of a host, counted from 1. */
    String host(int number) {
        return prefix + "h" + number;
    }

    /** Runs iproute2 and returns what it printed. */
    String ip(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(arguments));
        ExternalCommand.Result result = command.run(line, LIMIT);
        if (result.exitCode() != 0) {
            throw new IOException(String.join(" ", line) + ": " + result.error());
        }
        return result.output();
    }

    String mac(int host) throws Exception {
        return IprouteJson.links(ip("-j", "-n", host(host), "addr", "show", "dev", "eth0"))
                .get(0)
                .mac()
                .orElseThrow()
                .text();
    }

    /** Whether a host has the address, with whatever prefix. */
    boolean holds(int host, String address) throws Exception {
        return ip("-n", host(host), "-o", "addr", "show", "to", address).contains("eth0");
    }

    @Override
    public void close() throws Exception {
        while (!namespaces.isEmpty()) {
            ip("netns", "del", namespaces.pop());
        }
    }
}
