package io.releve.mysql.config;

/**
 * One of the servers that replicate from each other, as every node of the cluster knows it.
 *
 * @param number its place among them, from 1; also its server id, and in a ring its GTID domain and its auto-increment
 *     offset
 * @param node the name of the cluster node that it runs on
 * @param host the address or name under which peers and applications reach it
 * @param port its TCP port
 */
public record MySqlServer(int number, String node, String host, int port) {

    /** The address as people write it: {@code host:port}, with brackets around an IPv6 address. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return node + " (" + address() + ")";
    }
}
