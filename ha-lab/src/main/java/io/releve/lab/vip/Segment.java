package io.releve.lab.vip;

import io.releve.examples.lab.Command;
import io.releve.examples.lab.Host;
import io.releve.examples.lab.NamespaceHosts;
import io.releve.examples.lab.Processes;
import io.releve.lab.cluster.Wires;
import io.releve.lab.measure.AddressEvents;
import io.releve.lab.measure.EchoClient;
import java.util.List;
import java.util.stream.Stream;

/**
 * Three hosts and a client on one bridge, and those who watch them.
 *
 * @param network the hosts
 * @param wires between them
 * @param events hears who has the address
 * @param client asks the address all the time
 */
record Segment(NamespaceHosts network, Wires wires, AddressEvents events, EchoClient client) implements AutoCloseable {

    static final List<String> HOSTS = List.of("n1", "n2", "n3");
    private static final String CLIENT = "client";
    private static final String CARD = "eth0";

    /** Makes it; inside a sandbox, and once. */
    static Segment make() throws InterruptedException {
        NamespaceHosts network = new NamespaceHosts(
                Stream.concat(HOSTS.stream(), Stream.of(CLIENT)).toList());
        Wires wires = Wires.of(network);
        String address = network.virtualIp().orElseThrow();
        return new Segment(network, wires, AddressEvents.listen(HOSTS, address), EchoClient.start(CLIENT, address));
    }

    /** The address that moves. */
    String virtualIp() {
        return network.virtualIp().orElseThrow();
    }

    Host host(String name) {
        return network.host(name);
    }

    /** The hardware address of a host. */
    String mac(String host) {
        return ip("-n", host, "-br", "link", "show", "dev", CARD).split("\\s+", 4)[2];
    }

    /** The power goes: the network first, so that no dying process says goodbye, then everything that runs. */
    void powerOff(String host) {
        List<ProcessHandle> all = everything(host);
        wires.unplug(host(host));
        events.powerOff(host, System.nanoTime());
        all.forEach(ProcessHandle::destroyForcibly);
        // A kernel without power holds no address.
        takeAway(host);
        Processes.kill(all);
        Processes.kill(everything(host));
        // One that was put there by a process that was just dying.
        takeAway(host);
    }

    /** Gives the power back; nothing is started. */
    void powerOn(String host) {
        wires.plugIn(host(host));
    }

    /** Has a host lose the address, if it has it. */
    void takeAway(String host) {
        Command.run(List.of("ip", "-n", host, "address", "del", virtualIp() + "/32", "dev", CARD));
    }

    /** Everything that runs on a host. */
    List<ProcessHandle> everything(String host) {
        return ip("netns", "pids", host)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .toList();
    }

    /** Addresses and routes of a host, and what runs there. */
    String remains(String host) {
        return String.join(
                "\n",
                host,
                ip("-n", host, "-br", "address", "show"),
                ip("-n", host, "-4", "route", "show", "table", "all"),
                ip("-n", host, "-4", "rule", "show"),
                "processes "
                        + everything(host).stream()
                                .map(ProcessHandle::pid)
                                .sorted()
                                .toList());
    }

    private static String ip(String... arguments) {
        return Command.run(Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList())
                .orThrow();
    }

    @Override
    public void close() {
        client.close();
    }
}
