package io.releve.lab.faults;

import io.releve.examples.lab.Host;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import io.releve.lab.cluster.Wires.Direction;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packets vanish. Healed by letting them pass.
 *
 * @param from which packets
 * @param direction which way
 */
record Cut(From from, Direction direction) implements Fault {

    /** Whom a host is cut from. */
    enum From {
        EVERYBODY("everybody"),
        NODES("the other nodes, not from its clients"),
        ONE_NODE("one other node"),
        ZOOKEEPER("all ZooKeeper servers but its own"),
        DATABASES("the other database servers"),
        CLIENTS("its clients");

        private final String text;

        From(String text) {
            this.text = text;
        }
    }

    static final List<Integer> ZOOKEEPER_PORTS = List.of(2181, 2888, 3888);
    private static final List<Integer> DATABASE_PORTS = List.of(3306);

    static Cut from(From from) {
        return new Cut(from, Direction.BOTH);
    }

    @Override
    public String describe() {
        return "cut from " + from.text
                + switch (direction) {
                    case BOTH -> "";
                    case OUT -> ", what it sends only";
                    case IN -> ", what it is sent only";
                };
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        Host own = host.host();
        switch (from) {
            case EVERYBODY -> cluster.wires().cut(own, direction);
            case NODES -> peers(cluster, host).forEach(peer -> cluster.wires().cutFrom(own, direction, peer.address()));
            case ONE_NODE ->
                peers(cluster, host).limit(1).forEach(peer -> cluster.wires().cutFrom(own, direction, peer.address()));
            case ZOOKEEPER -> cluster.wires().cutPorts(own, direction, ZOOKEEPER_PORTS);
            case DATABASES ->
                peers(cluster, host)
                        .forEach(peer -> cluster.wires().cutPortsFrom(own, direction, peer.address(), DATABASE_PORTS));
            case CLIENTS ->
                cluster.wires().cutFrom(own, direction, cluster.clientHost().address());
        }
        return () -> cluster.wires().heal(own);
    }

    private static Stream<Host> peers(TrialCluster cluster, LabHost host) {
        return cluster.hosts().stream().filter(peer -> !peer.equals(host)).map(LabHost::host);
    }
}
