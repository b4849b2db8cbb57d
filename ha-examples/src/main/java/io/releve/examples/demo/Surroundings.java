package io.releve.examples.demo;

import io.releve.examples.lab.DatabaseBinaries;
import io.releve.examples.lab.Hosts;
import io.releve.examples.lab.ManagedProcess;
import io.releve.examples.lab.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What every node of a demonstration is told.
 *
 * @param directory where everything is written
 * @param hosts the hosts
 * @param binaries the database server
 * @param zooKeeper where ZooKeeper is, {@code host:port}
 * @param secrets the passwords
 * @param lease the nodes' lease
 * @param started told of each process that is started
 */
record Surroundings(
        Path directory,
        Hosts hosts,
        DatabaseBinaries binaries,
        String zooKeeper,
        Secrets secrets,
        Duration lease,
        Consumer<ManagedProcess> started) {}
