package io.releve.node;

import io.releve.fencing.LeaseTable.Life;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The document in which a life names those that it knows: a line for each, its own first, node and incarnation with '#'
 * between them, which neither contains.
 *
 * @param self whose it is
 * @param lives all that it knows, itself included
 */
record FailsafeRecord(Life self, Set<Life> lives) {

    /** The key of a node's record. Node names may contain more than keys may. */
    static String key(String node) {
        return "failsafe:" + HexFormat.of().formatHex(node.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return self + "\n"
                + lives.stream()
                        .filter(life -> !life.equals(self))
                        .map(Life::toString)
                        .sorted()
                        .collect(Collectors.joining("\n"));
    }

    /** Reads a record; empty if the text is none. */
    static Optional<FailsafeRecord> read(String text) {
        Set<Life> lives = new LinkedHashSet<>();
        for (String line : text.split("\n", -1)) {
            int hash = line.lastIndexOf('#');
            if (hash > 0) {
                lives.add(new Life(line.substring(0, hash), line.substring(hash + 1)));
            } else if (!line.isEmpty()) {
                return Optional.empty();
            }
        }
        return lives.stream().findFirst().map(self -> new FailsafeRecord(self, Set.copyOf(lives)));
    }
}
