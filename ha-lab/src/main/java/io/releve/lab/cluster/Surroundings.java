package io.releve.lab.cluster;

import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What every host is told.
 *
 * @param directory where everything is written
 * @param topology how the database servers stand to each other
 * @param server the database server
 * @param ensemble the ZooKeeper servers
 * @param wires the network
 * @param servers each node's database server, {@code HOST:PORT}
 * @param virtualIp the address that moves
 * @param secrets the passwords
 * @param lease the nodes' lease
 * @param ownClocks whether each host has a wall clock of its own
 * @param started told of each process that is started
 */
record Surroundings(
        Path directory,
        Topology topology,
        ServerInUse server,
        Ensemble ensemble,
        Wires wires,
        Map<String, String> servers,
        String virtualIp,
        Secrets secrets,
        Duration lease,
        boolean ownClocks,
        Consumer<ManagedProcess> started) {}
