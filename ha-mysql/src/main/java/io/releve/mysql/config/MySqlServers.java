package io.releve.mysql.config;

import io.releve.model.ConfigProblem;
import io.releve.model.InvalidConfigurationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The servers of one primary and its replicas, or of one ring, in their order. The order gives each server its number, so
 * it must be the same on every node and in every application; a server is added at the end.
 *
 * <p>Immutable.
 */
public final class MySqlServers {

    /** Letters, digits, dots, dashes, colons (IPv6): nothing that could mean something else in a file or a URL. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final List<MySqlServer> all;
    private final boolean ring;

    private MySqlServers(List<MySqlServer> all, boolean ring) {
        this.all = List.copyOf(all);
        this.ring = ring;
    }

    /** A builder for a ring: every server takes writes and follows the one before it. */
    public static Builder builder() {
        return new Builder(true);
    }

    /** A builder for a primary, the only server that takes writes, and its replicas, each of which can take over. */
    public static Builder primaryAndReplicas() {
        return new Builder(false);
    }

    /** Whether all servers take writes; if not, one is the primary and the others follow it. */
    public boolean isRing() {
        return ring;
    }

    /** All servers in their order. */
    public List<MySqlServer> all() {
        return all;
    }

    /** How many servers there are; in a ring also the auto-increment step of each. */
    public int size() {
        return all.size();
    }

    /** The server that runs on a node. */
    public Optional<MySqlServer> onNode(String node) {
        return all.stream().filter(server -> server.node().equals(node)).findFirst();
    }

    /** All servers but the one on this node. */
    public List<MySqlServer> peersOf(String node) {
        return all.stream().filter(server -> !server.node().equals(node)).toList();
    }

    @Override
    public String toString() {
        return all.toString();
    }

    /** Collects servers. Not for use by several threads. */
    public static final class Builder {

        private final List<MySqlServer> servers = new ArrayList<>();
        private final boolean ring;

        private Builder(boolean ring) {
            this.ring = ring;
        }

        /**
         * Adds a server; the first gets number 1.
         *
         * @param node the name of the cluster node that it runs on
         * @param host the one address or name under which peers and applications reach it
         * @param port its TCP port, 1 to 65535
         */
        public Builder server(String node, String host, int port) {
            servers.add(new MySqlServer(servers.size() + 1, node, host, port));
            return this;
        }

        /**
         * The servers.
         *
         * @throws InvalidConfigurationException if there is none, or one of them cannot be; lists every mistake
         */
        public MySqlServers build() {
            List<ConfigProblem> problems = new ArrayList<>();
            if (servers.isEmpty()) {
                problems.add(new ConfigProblem("servers", "there is no server; add one with server(node, host, port)"));
            }
            Set<String> nodes = new HashSet<>();
            Set<String> addresses = new HashSet<>();
            for (MySqlServer server : servers) {
                String path = "servers/" + server.number();
                if (server.node().isBlank()) {
                    problems.add(new ConfigProblem(path + "/node", "the node's name is empty"));
                } else if (!nodes.add(server.node())) {
                    problems.add(
                            new ConfigProblem(
                                    path + "/node",
                                    "node " + server.node()
                                            + " already has a server; several instances on a node belong to several sets of servers"));
                }
                if (server.port() < 1 || server.port() > 65_535) {
                    problems.add(new ConfigProblem(path + "/port", server.port() + " is not between 1 and 65535"));
                }
                hostProblem(server.host()).ifPresent(text -> problems.add(new ConfigProblem(path + "/host", text)));
                if (!addresses.add(server.address())) {
                    problems.add(
                            new ConfigProblem(path, server.address() + " is already the address of another server"));
                }
            }
            if (!problems.isEmpty()) {
                throw new InvalidConfigurationException(problems);
            }
            return new MySqlServers(servers, ring);
        }

        private static Optional<String> hostProblem(String host) {
            if (host.contains(",") || host.contains("jdbc:") || host.contains("/")) {
                return Optional.of(
                        "'" + host + "' is a list or a URL: name one host. Which server is active comes from"
                                + " the cluster; a driver that chooses among several hosts by itself would go back to an old one");
            }
            if (!HOST.matcher(host).matches()) {
                return Optional.of("'" + host + "' is neither a host name nor an IP address");
            }
            return Optional.empty();
        }
    }
}
