package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.examples.lab.Processes;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Part;
import io.releve.lab.cluster.Signal;
import io.releve.lab.cluster.TrialCluster;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** SIGKILL to the database server, and its newest relay log ends in the middle of an event. Healed by the cluster. */
record TearRelayLog() implements Fault {

    private static final int TORN_BYTES = 25;

    @Override
    public String describe() {
        return "SIGKILL to the database server, its relay log torn";
    }

    @Override
    public Healing inject(TrialCluster cluster, LabHost host) {
        // The node would start the server again before the file is torn.
        List<ProcessHandle> node = host.process(Part.NODE).stream().toList();
        Signal.STOP.send(node);
        try {
            Processes.kill(host.process(Part.DATABASE).stream().toList());
            tear(newest(host.instance()));
        } catch (IOException e) {
            throw new LabException("the relay log of " + host.name() + " cannot be torn: " + e, e);
        } finally {
            Signal.CONT.send(node);
        }
        return () -> {};
    }

    private static Path newest(Path instance) throws IOException {
        try (Stream<Path> files = Files.walk(instance)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(".*relay.*\\.[0-9]+"))
                    .max(Comparator.comparing(file -> String.valueOf(file.getFileName())))
                    .orElseThrow(() -> new LabException("there is no relay log in " + instance));
        }
    }

    private static void tear(Path file) throws IOException {
        try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
            log.truncate(Math.max(0, log.size() - TORN_BYTES));
        }
    }
}
