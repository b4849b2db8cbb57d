package io.releve.examples.lab;

import java.util.List;
import java.util.Optional;

/** The hosts that the nodes run on, and the network between them. */
public sealed interface Hosts permits NamespaceHosts, LoopbackHosts {

    /** All hosts, in the order they were asked for. */
    List<Host> all();

    /** The address of this process, as the hosts see it. */
    String outside();

    /** The address that may move from host to host, if this network has such a thing. */
    Optional<String> virtualIp();

    /** One sentence on what the network is and what it leaves out. */
    String description();

    /**
     * Takes a host's power away: everything that runs on it is killed (SIGKILL).
     *
     * @param host one of {@link #all()}
     * @param known processes that are known to run there
     */
    void powerOff(Host host, List<ProcessHandle> known);

    /** The host of that name. */
    default Host host(String name) {
        return all().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no host " + name));
    }
}
