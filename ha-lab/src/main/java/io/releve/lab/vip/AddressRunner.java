package io.releve.lab.vip;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.Patience;
import io.releve.lab.cluster.Signal;
import io.releve.lab.measure.AddressHistory;
import io.releve.lab.measure.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs one row, on a stage where all is well. */
final class AddressRunner {

    static final int MANY = 1000;

    private static final Duration FROZEN = Duration.ofSeconds(6);
    /** How long a takeover, or the end of what the old host has, is waited for. */
    private static final Duration WATCHED = Duration.ofSeconds(12);
    /** What comes later is no part of a move. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private static final Duration BETWEEN_MOVES = Duration.ofMillis(50);
    private static final Duration CALM = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Segment segment;
    private final Stage stage;
    private final AddressRow row;
    private final Duration lease;

    AddressRunner(Segment segment, Stage stage, AddressRow row, Duration lease) {
        this.segment = segment;
        this.stage = stage;
        this.row = row;
        this.lease = lease;
    }

    /** Runs it once. */
    AddressRun run() throws InterruptedException {
        String host = stage.prepare(row.trial());
        calm();
        long fault = System.nanoTime();
        switch (row.trial()) {
            case MOVE -> stage.move(host);
            case KILL -> stage.keepers(host).forEach(ProcessHandle::destroyForcibly);
            case FREEZE -> freeze(host);
            case POWER_OFF, POWER_OFF_OF_ALL -> segment.powerOff(host);
            case MANY_MOVES -> throw new IllegalArgumentException("many moves are many runs");
        }
        // Who was frozen may have it again after the thaw.
        boolean mayKeepIt = row.trial() == Trial.FREEZE;
        segment.events().await(WATCHED, holders -> holders.size() == 1 && (mayKeepIt || !holders.contains(host)));
        hold(AFTERWARDS);
        AddressRun result = measure(host, fault, System.nanoTime());
        if (row.trial() == Trial.POWER_OFF || row.trial() == Trial.POWER_OFF_OF_ALL) {
            segment.powerOn(host);
        }
        stage.restart(host);
        return result;
    }

    private void freeze(String host) throws InterruptedException {
        List<ProcessHandle> frozen = stage.keepers(host);
        Signal.STOP.send(frozen);
        try {
            hold(FROZEN);
        } finally {
            Signal.CONT.send(frozen);
        }
        // If nobody gives way, that shows by now.
        hold(AFTERWARDS);
    }

    /** Moves it round and round, a thousand times and back to where it was, and then looks what is left of that. */
    List<AddressRun> runMany(int times) throws InterruptedException {
        String first = stage.prepare(row.trial());
        calm();
        Map<String, String> before = remains();
        List<AddressRun> runs = new ArrayList<>();
        String host = first;
        while (runs.size() < times || !host.equals(first)) {
            segment.client().restart();
            long order = System.nanoTime();
            stage.move(host);
            String from = host;
            if (!segment.events().await(PATIENCE, holders -> holders.size() == 1 && !holders.contains(from))) {
                throw new LabException("move " + (runs.size() + 1) + " has not come to its end");
            }
            hold(BETWEEN_MOVES);
            runs.add(measure(host, order, System.nanoTime()));
            host = segment.events().holder().orElseThrow(() -> new LabException("the address is not on one host"));
        }
        stage.prepare(row.trial());
        List<String> left = leftovers(before);
        if (!left.isEmpty()) {
            AddressRun last = runs.remove(runs.size() - 1);
            left.addAll(last.broken());
            runs.add(new AddressRun(
                    last.gone(),
                    last.nobody(),
                    last.silence(),
                    last.turned(),
                    last.turnedSinceGone(),
                    last.twoHolders(),
                    last.pause(),
                    left));
        }
        return runs;
    }

    private Map<String, String> remains() {
        Map<String, String> all = new LinkedHashMap<>();
        Segment.HOSTS.forEach(host -> all.put(host, segment.remains(host)));
        return all;
    }

    private List<String> leftovers(Map<String, String> before) throws InterruptedException {
        // A program that a node has called may be ending in this moment.
        Optional<Boolean> same =
                Patience.within(PATIENCE, () -> remains().equals(before) ? Optional.of(true) : Optional.empty());
        List<String> left = new ArrayList<>();
        if (same.isEmpty()) {
            before.forEach((host, text) -> {
                String now = segment.remains(host);
                if (!now.equals(text)) {
                    left.add("not as before: " + now.replace('\n', ',') + " instead of " + text.replace('\n', ','));
                }
            });
        }
        return left;
    }

    private void calm() throws InterruptedException {
        segment.client().restart();
        long from = System.nanoTime();
        hold(CALM);
        long to = System.nanoTime();
        Traffic traffic = segment.client().traffic();
        if (traffic.longestSilence(from, to) >= to - from) {
            throw new LabException("the address does not answer, although all is well");
        }
    }

    private AddressRun measure(String host, long from, long to) {
        AddressHistory history = segment.events().history();
        Traffic traffic = segment.client().traffic();
        OptionalLong lost = history.lost(host, from);
        Optional<String> successor = history.successor(host, from);
        OptionalLong turned = traffic.firstNotTo(segment.mac(host), from);
        List<String> broken = new ArrayList<>();
        long twoHolders = history.twoHolders(from, to);
        if (twoHolders > 0) {
            broken.add("two hosts had the address at once");
        }
        if (successor.isEmpty()) {
            broken.add("no other host took the address over");
        }
        if (lost.isEmpty()) {
            broken.add("the old host kept the address for as long as it was watched");
        }
        row.goneLimit(lease).ifPresent(limit -> {
            if (lost.isEmpty() || lost.getAsLong() - from > limit.toNanos()) {
                broken.add("the old host had the address for longer than " + limit.toMillis() + " ms");
            }
        });
        boolean off = row.trial() == Trial.POWER_OFF || row.trial() == Trial.POWER_OFF_OF_ALL;
        return new AddressRun(
                off ? OptionalDouble.empty() : OptionalDouble.of(millis(lost, from)),
                OptionalDouble.of(history.nobody(from, to) / 1e6),
                OptionalDouble.of(traffic.longestSilence(from, to) / 1e6),
                OptionalDouble.of(millis(turned, from)),
                lost.isPresent() && row.trial() != Trial.FREEZE
                        ? OptionalDouble.of(millis(turned, lost.getAsLong()))
                        : OptionalDouble.empty(),
                OptionalDouble.of(twoHolders / 1e6),
                OptionalDouble.of(traffic.longestPause(from, to) / 1e6),
                broken);
    }

    private static double millis(OptionalLong moment, long since) {
        return moment.isPresent() ? (moment.getAsLong() - since) / 1e6 : Double.POSITIVE_INFINITY;
    }

    private static void hold(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
