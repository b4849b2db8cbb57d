package io.releve.lab.cluster;

import io.releve.mysql.config.MySqlServers;
import java.util.Map;

/** How the three database servers stand to each other. */
public enum Topology {
    /** One takes writes, the others follow it and acknowledge what it commits: a promotable clone. */
    PRIMARY("a primary and two replicas, whose acknowledgement each commit waits for; a virtual IP beside the primary"),
    /** Each takes writes and follows the one before it: an anonymous clone. */
    RING("three servers in a ring; a virtual IP that the application follows");

    private final String text;

    Topology(String text) {
        this.text = text;
    }

    /** Whose place the application's DataSource follows. */
    public String followed() {
        return this == PRIMARY ? Declaration.DATABASES : Declaration.SERVICE;
    }

    /** Whether several servers take writes by design, so that only the DataSource's choice makes one of them special. */
    public boolean manyWriters() {
        return this == RING;
    }

    /**
     * The servers, from what a command line says of them.
     *
     * @param addresses node to {@code HOST:PORT}, in order
     */
    public MySqlServers servers(Map<String, String> addresses) {
        MySqlServers.Builder servers = this == PRIMARY ? MySqlServers.primaryAndReplicas() : MySqlServers.builder();
        addresses.forEach((name, address) -> {
            int colon = address.lastIndexOf(':');
            servers.server(name, address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        });
        return servers.build();
    }

    /** What runs, in words. */
    @Override
    public String toString() {
        return text;
    }
}
