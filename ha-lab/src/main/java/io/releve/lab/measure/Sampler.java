package io.releve.lab.measure;

import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.TrialCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks every server whether it takes writes, and every host whether it holds the address, all the time, past the
 * network: through the server's Unix socket and inside the host's namespace, so that a host that is cut off still
 * answers.
 */
public final class Sampler implements AutoCloseable {

    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private final Map<String, Series> writable = new LinkedHashMap<>();
    private final Map<String, Series> holding = new LinkedHashMap<>();

    /** Begins to ask. */
    public Sampler(TrialCluster cluster) {
        for (LabHost host : cluster.hosts()) {
            writable.put(
                    host.name(), new Series("writable-" + host.name(), new WritableProbe(host, cluster.secrets())));
            holding.put(host.name(), new Series("holder-" + host.name(), new AddressProbe(host, cluster.virtualIp())));
        }
        all().forEach(series -> series.thread.start());
    }

    /** Begins to ask others. */
    Sampler(Map<String, Probe> servers, Map<String, Probe> interfaces) {
        servers.forEach((name, probe) -> writable.put(name, new Series("writable-" + name, probe)));
        interfaces.forEach((name, probe) -> holding.put(name, new Series("holder-" + name, probe)));
        all().forEach(series -> series.thread.start());
    }

    private List<Series> all() {
        List<Series> all = new ArrayList<>(writable.values());
        all.addAll(holding.values());
        return all;
    }

    /** Forgets what was seen up to now. */
    public void restart() {
        all().forEach(Series::restart);
    }

    /** For how many milliseconds at least two servers took writes at once, since the last restart. */
    public double twoWritersMillis() {
        return overlap(writable);
    }

    /** For how many milliseconds at least two hosts held the address at once, since the last restart. */
    public double twoHoldersMillis() {
        return overlap(holding);
    }

    private static double overlap(Map<String, Series> series) {
        return Spans.overlap(series.values().stream()
                        .map(each -> Spans.of(each.snapshot()))
                        .toList())
                / 1e6;
    }

    /** The hosts whose server took writes when it was last asked. */
    public List<String> writers() {
        return last(writable);
    }

    /** The hosts that held the address when they were last asked. */
    public List<String> holders() {
        return last(holding);
    }

    private static List<String> last(Map<String, Series> series) {
        return series.entrySet().stream()
                .filter(each -> each.getValue().lastAnswer())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many answers there are since the last restart. */
    public long samples() {
        return all().stream().mapToLong(series -> series.snapshot().size()).sum();
    }

    @Override
    public void close() {
        all().forEach(Series::close);
    }

    /** One probe with what it answered. */
    private static final class Series implements AutoCloseable {

        private final Probe probe;
        private final Thread thread;
        private final List<Sample> samples = new ArrayList<>();
        private volatile boolean closed;

        Series(String name, Probe probe) {
            this.probe = probe;
            this.thread = new Thread(this::run, name);
            thread.setDaemon(true);
        }

        private void run() {
            long next = System.nanoTime();
            while (!closed) {
                long sent = System.nanoTime();
                boolean yes = probe.ask();
                add(new Sample(sent, System.nanoTime(), yes));
                next = Math.max(next + PACE_NANOS, System.nanoTime());
                for (long left = next - System.nanoTime(); left > 0 && !closed; left = next - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        }

        private void add(Sample sample) {
            synchronized (samples) {
                samples.add(sample);
            }
        }

        List<Sample> snapshot() {
            synchronized (samples) {
                return List.copyOf(samples);
            }
        }

        boolean lastAnswer() {
            synchronized (samples) {
                return !samples.isEmpty() && samples.get(samples.size() - 1).yes();
            }
        }

        void restart() {
            synchronized (samples) {
                samples.clear();
            }
        }

        @Override
        public void close() {
            closed = true;
            probe.close();
        }
    }
}
