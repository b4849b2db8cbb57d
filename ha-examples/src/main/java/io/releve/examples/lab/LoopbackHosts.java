package io.releve.examples.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All hosts are this machine, told apart by their ports. */
public final class LoopbackHosts implements Hosts {

    private static final String ADDRESS = "127.0.0.1";

    private final List<Host> hosts;
    private final String reason;

    /**
     * @param names the hosts' names
     * @param reason why there is no better network, for people
     */
    public LoopbackHosts(List<String> names, String reason) {
        List<Host> made = new ArrayList<>();
        for (String name : names) {
            List<Integer> ports = freePorts(2);
            made.add(new Host(name, ADDRESS, ports.get(0), ports.get(1), List.of()));
        }
        this.hosts = List.copyOf(made);
        this.reason = reason;
    }

    /** A port that nobody listens on now. */
    public static int freePort() {
        return freePorts(1).get(0);
    }

    /** Ports that nobody listens on now: the demonstration must not fail because of the machine's own servers. */
    static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new LabException("no free port on " + ADDRESS + ": " + e.getMessage(), e);
        } finally {
            for (ServerSocket socket : held) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // A port that stays taken is noticed by the server that wants it.
                }
            }
        }
    }

    @Override
    public List<Host> all() {
        return hosts;
    }

    @Override
    public String outside() {
        return ADDRESS;
    }

    @Override
    public Optional<String> virtualIp() {
        return Optional.empty();
    }

    @Override
    public String description() {
        return "loopback addresses, without the virtual IP: " + reason;
    }

    @Override
    public void powerOff(Host host, List<ProcessHandle> known) {
        Processes.kill(known.stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList());
    }
}
