package io.releve;

import io.releve.agent.AgentContext;
import io.releve.agent.OperationContext;
import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.Tether;
import io.releve.codec.FencingLog;
import io.releve.coordination.memory.MemoryCoordination;
import io.releve.fencing.Fencer;
import io.releve.fencing.LastResort;
import io.releve.model.ClusterConfig;
import io.releve.node.Lives;
import io.releve.runtime.EventLoop;
import io.releve.runtime.VirtualTime;
import io.releve.state.Notification;
import io.releve.status.ClusterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A whole cluster in one thread, under virtual time, with services that are entries in a table. */
final class SimulatedCluster {

    static final Duration LEASE = Duration.ofSeconds(3);

    private final VirtualTime time;
    private final MemoryCoordination memory = new MemoryCoordination();
    private final ClusterConfig config;
    private final Map<String, ClusterCore> cores = new HashMap<>();
    private final Map<String, Lives> lives = new HashMap<>();
    private final Map<String, EventLoop> loops = new HashMap<>();
    private final Map<String, AgentContext> contexts = new HashMap<>();
    private final Set<String> running = new TreeSet<>();
    private final Set<String> promoted = new TreeSet<>();
    private final Set<String> dead = new HashSet<>();
    private final Map<String, Outcome> broken = new HashMap<>();
    private final Map<String, Duration> slow = new HashMap<>();
    private final Map<String, Notification> notifications = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final Map<String, List<Duration>> monitored = new HashMap<>();
    private final Map<String, Tether> tethers = new HashMap<>();
    private final Map<String, Fencer> fencers = new HashMap<>();
    private final Set<String> exclusive = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    SimulatedCluster(long seed, ClusterConfig config) {
        this.time = VirtualTime.seeded(seed);
        this.config = config;
    }

    // --- verbs ---------------------------------------------------------------------------------------------------

    void start(String node) {
        start(node, Lives.unremembered(), config, false);
    }

    /** A node that declares something else than the others. */
    void startWith(String node, ClusterConfig declared, boolean adopts) {
        start(node, Lives.unremembered(), declared, adopts);
    }

    /** Changes the running cluster's configuration; says what came of it once time has passed. */
    CompletableFuture<Void> reconfigure(String node, UnaryOperator<ClusterConfig> change) {
        return core(node).reconfiguration().change(change).toCompletableFuture();
    }

    boolean isMember(String node) {
        return core(node).node().isMember();
    }

    /** The JVM is killed, and another one begins at once that knows it; what the first one ran goes on. */
    void restartJvm(String node, Duration after) {
        memory.crash(node);
        loopsOf(node).forEach(time::freeze);
        advance(after);
        Lives before = lives.get(node);
        Lives later = new Lives() {
            @Override
            public String next() {
                return before.next();
            }

            @Override
            public boolean isOver(String incarnation) {
                return true;
            }
        };
        start(node, later, config, false);
    }

    private void start(String node, Lives incarnations, ClusterConfig declared, boolean adopts) {
        lives.put(node, incarnations);
        EventLoop loop = time.loop(node);
        Map<String, io.releve.agent.ResourceAgentFactory> agents = new HashMap<>();
        config.primitives().forEach(primitive -> agents.put(primitive.agent(), context -> agent(node, context)));
        ClusterSettings settings = new ClusterSettings(
                declared,
                node,
                LEASE,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                agents,
                fencers,
                lastResort(node),
                incarnations,
                adopts,
                Optional.empty(),
                "memory",
                ignored -> memory.participant(node, loop));
        EventLoop coordinatorLoop = time.loop(node + "-coordinator");
        loops.put(node + "-coordinator", coordinatorLoop);
        ClusterCore core = new ClusterCore(
                settings,
                memory.participant(node, coordinatorLoop),
                loop,
                time.workers(name -> slow.getOrDefault(name + " on " + node, Duration.ofMillis(10))));
        dead.remove(node);
        cores.put(node, core);
        loops.put(node, loop);
        core.start();
    }

    void startAll() {
        config.nodeNames().forEach(this::start);
    }

    /** The JVM and all that it runs are gone at once. */
    void powerOff(String node) {
        if (dead.add(node)) {
            memory.crash(node);
            loopsOf(node).forEach(time::freeze);
        }
        running.removeIf(entry -> entry.endsWith(" on " + node));
        promoted.removeIf(entry -> entry.endsWith(" on " + node));
    }

    /** The JVM is gone, and what runs in it; what outlives it goes on. */
    void halt(String node) {
        Set<String> outliving = new HashSet<>(running);
        outliving.removeIf(entry -> !entry.endsWith(" on " + node)
                || tethers.get(entry.substring(0, entry.indexOf(" on "))) != Tether.NONE);
        powerOff(node);
        running.addAll(outliving);
    }

    boolean isUp(String node) {
        return cores.containsKey(node) && !dead.contains(node);
    }

    /** How all nodes started from now on fence others by a name. */
    void fencer(String name, Fencer how) {
        fencers.put(name, how);
    }

    /** The JVM ends itself: what runs in it is gone. */
    private LastResort lastResort(String node) {
        return new LastResort() {
            @Override
            public boolean ends(Tether tether) {
                return tether != Tether.NONE;
            }

            @Override
            public void take(String reason) {
                log.add("last resort on " + node);
                halt(node);
            }
        };
    }

    /** What ends a resource on every node that its agent cannot stop. */
    void tether(String resource, Tether tether) {
        tethers.put(resource, tether);
    }

    /** The coordination service ends the node's session; a node that is cut off learns it later. */
    void expireSession(String node) {
        memory.expireSession(node);
    }

    /** From now on each message between a node and the shared memory takes this long. */
    void delay(String node, Duration each) {
        memory.delay(node, each);
    }

    void disconnect(String node) {
        memory.disconnect(node);
    }

    /** The JVM stands still; what it runs stays as it is. */
    void freeze(String node) {
        loopsOf(node).forEach(time::freeze);
    }

    void thaw(String node) {
        if (!dead.contains(node)) {
            loopsOf(node).forEach(time::thaw);
        }
    }

    private List<EventLoop> loopsOf(String node) {
        return List.of(loops.get(node), loops.get(node + "-coordinator"));
    }

    void reconnect(String node) {
        memory.reconnect(node);
    }

    void leave(String node) {
        core(node).node().leave(Duration.ofSeconds(60));
    }

    /** A service dies; its agent sees it at once if it watches. */
    void kill(String resource, String node, boolean seen) {
        running.remove(resource + " on " + node);
        promoted.remove(resource + " on " + node);
        if (seen) {
            AgentContext context = contexts.get(resource + " on " + node);
            context.monitorNow("its process ended");
        }
    }

    /** From now on an operation fails. */
    void breakOperation(String operation, String resource, String node, Outcome outcome) {
        broken.put(operation + " " + resource + " on " + node, outcome);
    }

    void mend(String operation, String resource, String node) {
        broken.remove(operation + " " + resource + " on " + node);
    }

    /** From now on an operation takes this long. */
    void slowDown(String operation, String resource, String node, Duration takes) {
        slow.put(operation + " " + resource + " on " + node, takes);
    }

    void setAttribute(String resource, String node, String name, String value) {
        AgentContext context = contexts.get(resource + " on " + node);
        context.setNodeAttribute(name, Optional.of(value));
    }

    void advance(Duration duration) {
        time.advance(duration);
    }

    /** From now on it is a violation if one of these runs in two places at any moment. */
    void exclusive(String... resources) {
        exclusive.addAll(List.of(resources));
    }

    /** What ran in two places at once. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    // --- questions -----------------------------------------------------------------------------------------------

    /** Where a resource really runs. */
    Set<String> placesOf(String resource) {
        Set<String> places = new TreeSet<>();
        for (String entry : running) {
            if (entry.startsWith(resource + " on ")) {
                places.add(entry.substring(resource.length() + 4));
            }
        }
        return places;
    }

    /** Where a resource really is Promoted. */
    Set<String> promotedPlacesOf(String resource) {
        Set<String> places = placesOf(resource);
        places.removeIf(node -> !promoted.contains(resource + " on " + node));
        return places;
    }

    /** What a node knows of the fencing of others. */
    FencingLog fencingSeenBy(String node) {
        return core(node).fencing();
    }

    ClusterStatus statusOn(String node) {
        return core(node).status();
    }

    String sentenceOn(String node) {
        return core(node).lastSentence();
    }

    /** What an instance was told last. */
    Notification lastToldTo(String resource, String node) {
        Notification notification = notifications.get(resource + " on " + node);
        if (notification == null) {
            throw new IllegalArgumentException(resource + " on " + node + " was never told anything");
        }
        return notification;
    }

    /** When the runs of a resource's recurring monitors ended on a node. */
    List<Duration> monitorsOf(String resource, String node) {
        return List.copyOf(monitored.getOrDefault(resource + " on " + node, List.of()));
    }

    /** Every operation that changed something, and every notification, in order. */
    List<String> log() {
        return List.copyOf(log);
    }

    void forgetLog() {
        log.clear();
    }

    private ClusterCore core(String node) {
        ClusterCore core = cores.get(node);
        if (core == null) {
            throw new IllegalArgumentException("node " + node + " was not started");
        }
        return core;
    }

    // --- services ------------------------------------------------------------------------------------------------

    private ResourceAgent agent(String node, AgentContext context) {
        String id = context.resourceId();
        String entry = id + " on " + node;
        contexts.put(entry, context);
        return new ResourceAgent() {
            @Override
            public Outcome start(OperationContext operation) {
                return perform(node, "start", entry, () -> run(id, entry));
            }

            @Override
            public Outcome stop(OperationContext operation) {
                return perform(node, "stop", entry, () -> {
                    running.remove(entry);
                    promoted.remove(entry);
                });
            }

            @Override
            public Outcome promote(OperationContext operation) {
                return perform(node, "promote", entry, () -> promoted.add(entry));
            }

            @Override
            public Outcome demote(OperationContext operation) {
                return perform(node, "demote", entry, () -> promoted.remove(entry));
            }

            @Override
            public Outcome notify(Notification notification, OperationContext operation) {
                notifications.put(entry, notification);
                return perform(node, notification.type().word() + "-" + notification.operation(), entry, () -> {});
            }

            @Override
            public Tether tether() {
                return tethers.getOrDefault(id, Tether.JVM);
            }

            @Override
            public Outcome monitor(OperationContext operation) {
                if (!operation.isProbe()) {
                    monitored
                            .computeIfAbsent(entry, unseen -> new ArrayList<>())
                            .add(Duration.ofNanos(time.nanoTime()));
                }
                Outcome fault = broken.get("monitor " + entry);
                if (fault != null) {
                    return fault;
                }
                return promoted.contains(entry)
                        ? Outcome.runningPromoted()
                        : running.contains(entry) ? Outcome.ok() : Outcome.notRunning(id + " does not run");
            }
        };
    }

    /** The kernel's doing, which needs no agent. */
    private void endWithTheLease(String id) {
        if (tethers.get(id) == Tether.LEASE) {
            running.removeIf(entry -> entry.startsWith(id + " on ")
                    && !contexts.get(entry).lease().isValid());
        }
    }

    private void run(String id, String entry) {
        endWithTheLease(id);
        running.add(entry);
        if (exclusive.contains(id) && placesOf(id).size() > 1) {
            violations.add(id + " runs on " + placesOf(id) + " at " + time.now());
        }
    }

    private Outcome perform(String node, String operation, String entry, Runnable effect) {
        if (dead.contains(node) || Thread.currentThread().isInterrupted()) {
            return Outcome.failed("too late");
        }
        log.add(operation + " " + entry);
        Outcome fault = broken.get(operation + " " + entry);
        if (fault != null) {
            return fault;
        }
        effect.run();
        return Outcome.ok();
    }
}
