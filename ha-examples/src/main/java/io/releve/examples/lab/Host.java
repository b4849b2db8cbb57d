package io.releve.examples.lab;

import java.util.List;
import java.util.stream.Stream;

/**
 * A host of the demonstration.
 *
 * @param name its name, which is also its node's
 * @param address its own address, at which the other hosts reach it
 * @param databasePort where its database server listens
 * @param webPort where the web application listens while it runs there
 * @param prefix what stands before a command to have it run on that host
 */
public record Host(String name, String address, int databasePort, int webPort, List<String> prefix) {

    public Host {
        prefix = List.copyOf(prefix);
    }

    /** A command, to be run on this host. */
    public List<String> command(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }
}
