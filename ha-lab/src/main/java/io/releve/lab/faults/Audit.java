package io.releve.lab.faults;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.Declaration;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.SocketConnections;
import io.releve.lab.cluster.TrialCluster;
import io.releve.lab.measure.Ledger;
import io.releve.lab.measure.Sampler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is looked at after each scenario, when everything is healed and runs again. */
final class Audit {

    private static final Duration REPLICATION = Duration.ofSeconds(30);
    private static final Duration LEFTOVERS = Duration.ofSeconds(5);

    private final TrialCluster cluster;
    private final Sampler sampler;
    private final List<String> broken = new ArrayList<>();

    Audit(TrialCluster cluster, Sampler sampler) {
        this.cluster = cluster;
        this.sampler = sampler;
    }

    /** Adds what is not as it must be. */
    void complain(String sentence) {
        broken.add(sentence);
    }

    List<String> broken() {
        return broken;
    }

    /**
     * Compares what was acknowledged with every server. What the active one lacks is lost; one that is behind in the end is
     * complained of.
     *
     * @param heldBack a host whose server is not expected to have them, if there is one; its log must tell why
     * @return how many acknowledged rows the active server lacks
     */
    long lost(Ledger ledger, Optional<LabHost> heldBack) throws InterruptedException {
        heldBack.ifPresent(this::explained);
        List<LabHost> whole = cluster.hosts().stream()
                .filter(host -> !heldBack.equals(Optional.of(host)))
                .toList();
        Set<Long> acknowledged = ledger.ids();
        Holdings holdings = Patience.within(
                        REPLICATION, () -> readable(whole, ledger.run()).filter(Holdings::areEqual))
                .orElseGet(() -> holdings(whole, ledger.run()));
        if (!holdings.areEqual()) {
            complain("the servers do not hold the same rows after " + REPLICATION.toSeconds() + " s: " + holdings);
        }
        String active = cluster.active().map(LabHost::name).orElseThrow();
        long lost = holdings.lacking(acknowledged, active).size();
        if (lost > 0) {
            complain(lost + " acknowledged writes are lost");
        }
        return lost;
    }

    private void explained(LabHost host) {
        try {
            if (!Files.readString(host.log(), StandardCharsets.UTF_8).contains("lacks transactions that it has")) {
                complain(host.name() + " has what the others lack, and its log does not say so");
            }
        } catch (IOException e) {
            throw new LabException("the log of " + host.name() + " cannot be read: " + e, e);
        }
    }

    /** A server that the cluster has just begun to start again is asked once more. */
    private Optional<Holdings> readable(List<LabHost> hosts, int run) {
        try {
            return Optional.of(holdings(hosts, run));
        } catch (LabException notNow) {
            return Optional.empty();
        }
    }

    private Holdings holdings(List<LabHost> hosts, int run) {
        Map<String, Set<Long>> rows = new HashMap<>();
        hosts.forEach(host -> rows.put(host.name(), rows(host, run)));
        return new Holdings(rows);
    }

    private Set<Long> rows(LabHost host, int run) {
        Set<Long> ids = new HashSet<>();
        try (Connection connection = SocketConnections.open(host, cluster.secrets());
                PreparedStatement select = connection.prepareStatement("SELECT id FROM ledger WHERE run = ?")) {
            select.setInt(1, run);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    ids.add(found.getLong(1));
                }
            }
            return ids;
        } catch (SQLException e) {
            throw new LabException("the rows of " + host.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** One writer, one holder of the address, and it is the one that the cluster names. */
    void places() throws InterruptedException {
        if (!cluster.topology().manyWriters()) {
            expect("writers", () -> sampler.writers(), cluster.active().map(LabHost::name));
        }
        expect(
                "holders of the address",
                () -> sampler.holders(),
                cluster.status().flatMap(status -> status.activeNode(Declaration.SERVICE)));
    }

    private void expect(String what, java.util.function.Supplier<List<String>> seen, Optional<String> wanted)
            throws InterruptedException {
        List<String> only = wanted.map(List::of).orElse(List.of());
        boolean same = Patience.within(LEFTOVERS, () -> seen.get().equals(only) ? Optional.of(true) : Optional.empty())
                .isPresent();
        if (!same) {
            complain("in the end the " + what + " are " + seen.get() + ", for the cluster it is " + only);
        }
    }

    /** No process, no cut that nobody knows of. */
    void leftovers() throws InterruptedException {
        for (LabHost host : cluster.hosts()) {
            // Agents run short commands all the time: only what stays is left over.
            List<String> first = host.strangers();
            boolean gone = first.isEmpty()
                    || Patience.within(
                                    LEFTOVERS,
                                    () -> first.stream().noneMatch(host.strangers()::contains)
                                            ? Optional.of(true)
                                            : Optional.empty())
                            .isPresent();
            if (!gone) {
                complain("left over on " + host.name() + ": " + first);
            }
        }
        cluster.wires().remains().forEach(this::complain);
    }
}
