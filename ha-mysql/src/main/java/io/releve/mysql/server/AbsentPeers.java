package io.releve.mysql.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes whose servers had left while this one had everything and went on. Kept in a file, because it matters after
 * this server has stopped itself: whoever left before cannot have anything newer.
 *
 * <p>Not thread-safe; used by the agent's operations only.
 */
final class AbsentPeers {

    private final InstanceFiles files;
    private Set<String> nodes;

    private AbsentPeers(InstanceFiles files, Set<String> nodes) {
        this.files = files;
        this.nodes = nodes;
    }

    /** What the file says; nothing if there is none. */
    static AbsentPeers read(InstanceFiles files) throws IOException {
        try {
            return new AbsentPeers(
                    files,
                    Files.readString(files.absentPeers())
                            .lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty())
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (NoSuchFileException e) {
            return new AbsentPeers(files, Set.of());
        }
    }

    Set<String> nodes() {
        return nodes;
    }

    /**
     * Notes who is there now.
     *
     * @param peers all peers' nodes
     * @param online the nodes that take part in the cluster
     * @param hasEverything whether this server may call those absent that are; if not, only returns are noted
     */
    void observe(Set<String> peers, Set<String> online, boolean hasEverything) throws IOException {
        Set<String> now = new TreeSet<>(hasEverything ? peers : nodes);
        now.removeAll(online);
        if (!now.equals(nodes)) {
            InstanceFiles.write(files.absentPeers(), String.join("\n", now) + "\n");
            nodes = Set.copyOf(now);
        }
    }
}
