package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.agent.ResourceAgent;
import io.releve.agent.ResourceAgentFactory;
import io.releve.agent.Tether;
import io.releve.model.ClusterConfig;
import io.releve.model.Primitive;
import io.releve.runtime.PauseDetector;
import io.releve.runtime.Workers;
import io.releve.scheduler.Action;
import io.releve.state.OperationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that this node has to do with: their agents, their operations, their recurring monitors. All methods
 * are called on the loop.
 */
final class LocalResources {

    private static final Logger LOG = LoggerFactory.getLogger(LocalResources.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private record Local(
            Primitive primitive,
            Map<String, String> parameters,
            ResourceAgent agent,
            ResourceRunner runner,
            RecurringMonitors monitors) {}

    private final NodeSettings settings;
    private final PauseDetector loop;
    private final Workers workers;
    private final LeaseKeeper lease;
    private final Ledger ledger;
    private final SharedRecords records;
    private final Supplier<Map<String, Map<String, String>>> onlineNodes;
    private final EvictionClock evictions;
    private final Runnable onChange;
    private final Map<String, Local> locals = new LinkedHashMap<>();
    private Optional<ClusterConfig> config = Optional.empty();

    LocalResources(
            NodeSettings settings,
            PauseDetector loop,
            Workers workers,
            LeaseKeeper lease,
            Ledger ledger,
            SharedRecords records,
            Supplier<Map<String, Map<String, String>>> onlineNodes,
            EvictionClock evictions,
            Runnable onChange) {
        this.settings = settings;
        this.loop = loop;
        this.workers = workers;
        this.lease = lease;
        this.ledger = ledger;
        this.records = records;
        this.onlineNodes = onlineNodes;
        this.evictions = evictions;
        this.onChange = onChange;
    }

    /** From now on resources are looked up here. */
    void configure(ClusterConfig newConfig) {
        config = Optional.of(newConfig);
    }

    /** Carries out an operation that a plan asks for. */
    void perform(Action action, Consumer<OperationRequest.Ended> then) {
        Local local = local(action);
        if (action.operation().equals("stop")) {
            local.monitors.cancelAll();
        }
        local.runner.submit(request(action, then));
    }

    /**
     * Sets up a recurring monitor.
     *
     * @param onFirst told, once, whether the first run returned what was expected
     */
    void beginMonitor(Action action, Consumer<Boolean> onFirst) {
        Local local = local(action);
        local.monitors.begin(action, onFirst);
    }

    void cancelMonitor(Action action) {
        Local local = locals.get(action.resourceId());
        if (local != null) {
            local.monitors.cancel(action.interval());
        }
        ledger.forget(action.resourceId(), "monitor_" + action.interval().toMillis());
    }

    private void monitor(RecurringMonitors.Recurring monitor, Optional<String> trigger) {
        Local local = locals.get(monitor.action().resourceId());
        if (local != null) {
            local.runner.submit(request(monitor.action(), ended -> {
                if (!monitor.isCancelled()) {
                    monitored(monitor, trigger, ended);
                    local.monitors.ended(monitor);
                }
            }));
        }
    }

    private void monitored(
            RecurringMonitors.Recurring monitor, Optional<String> trigger, OperationRequest.Ended ended) {
        Action action = monitor.action();
        OperationRequest.Ended told = trigger.filter(reason -> !ended.outcome().isSuccess())
                .map(reason -> new OperationRequest.Ended(
                        new Outcome(
                                ended.outcome().code(), ended.outcome().reason() + " (looked because " + reason + ")"),
                        ended.timedOut(),
                        ended.began(),
                        ended.took()))
                .orElse(ended);
        OperationResult result = Results.of(action, told, ledger.nextCallId(), loop.now());
        Optional<OperationResult> before = ledger.last(action.resourceId(), result.key());
        boolean asExpected = !ended.timedOut() && undegraded(result.code()) == action.expectedCode();
        boolean changed = monitor.isFirst()
                || before.isEmpty()
                || before.get().code() != result.code()
                || before.get().status() != result.status();
        if (!changed) {
            return;
        }
        ledger.record(result);
        if (!asExpected) {
            LOG.warn("{}: {}", action, told.outcome());
            ledger.countFailure(result, false);
        }
        if (monitor.isFirst()) {
            monitor.tellFirst(asExpected);
        } else {
            ledger.surprise();
        }
        onChange.run();
    }

    /** What is degraded runs: people should look, the cluster has nothing to recover. */
    private static int undegraded(int code) {
        if (code == Outcome.Code.DEGRADED.ocf()) {
            return Outcome.Code.OK.ocf();
        }
        return code == Outcome.Code.DEGRADED_PROMOTED.ocf() ? Outcome.Code.RUNNING_PROMOTED.ocf() : code;
    }

    /**
     * Forgets what waits, interrupts what runs, and monitors nothing any more.
     *
     * @param which those to be stopped next, if something of them may be running
     * @return the ids of these, the one declared last first, so that a group is stopped from its end
     */
    List<String> giveUp(Predicate<Primitive> which, String why) {
        Set<String> active = locals.keySet().stream().filter(this::mayBeActive).collect(Collectors.toSet());
        locals.values().forEach(local -> {
            local.monitors.cancelAll();
            local.runner.interrupt(why);
        });
        List<String> declared = config.map(
                        known -> known.primitives().stream().map(Primitive::id).toList())
                .orElse(List.of());
        List<String> order = locals.entrySet().stream()
                .filter(local -> active.contains(local.getKey()) && which.test(local.getValue().primitive))
                .sorted(Comparator.comparingInt(
                        local -> declared.indexOf(local.getValue().primitive.id())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(order);
        return order;
    }

    private boolean mayBeActive(String id) {
        List<OperationResult> known = ledger.history(id);
        return unfinished(id) || known.isEmpty() || ActiveHere.mayBeActive(known);
    }

    private boolean unfinished(String id) {
        Local local = locals.get(id);
        return local != null
                && local.runner.unfinished().stream()
                        .anyMatch(request -> request.interval().isZero());
    }

    /** Stops a resource that no plan asks to stop. */
    void stop(String id, Consumer<Outcome> then) {
        end("stop", id, then);
    }

    /** Has the agent end what needs a lease: it is over. */
    void giveUp(String id, Consumer<Outcome> then) {
        end(OperationRequest.GIVE_UP, id, then);
    }

    private void end(String operation, String id, Consumer<Outcome> then) {
        Local local = locals.get(id);
        if (local == null) {
            then.accept(Outcome.ok());
            return;
        }
        local.runner.submit(new OperationRequest(operation, Duration.ZERO, STOP_TIMEOUT, 0, "", ended -> {
            if (ended.outcome().isSuccess()) {
                LOG.info("{} is {}", id, operation.equals("stop") ? "stopped" : "given up");
            } else {
                LOG.error("{} could not be stopped: {}", id, ended.outcome());
            }
            then.accept(ended.outcome());
        }));
    }

    /** What ends a resource when its agent cannot. */
    Tether tether(String id) {
        Local local = locals.get(id);
        return local == null ? Tether.NONE : local.agent.tether();
    }

    /** Lets go of all agents without stopping anything. */
    void close() {
        locals.values().forEach(local -> {
            local.monitors.cancelAll();
            local.runner.close();
        });
        locals.clear();
    }

    private static boolean isNotification(OperationRequest request) {
        return request.notification().isPresent();
    }

    /** The operations that run or wait, recurring monitors and notifications left out, as entries of the history. */
    List<OperationResult> pending() {
        List<OperationResult> all = new ArrayList<>();
        locals.forEach((id, local) -> local.runner.unfinished().stream()
                .filter(request -> request.interval().isZero() && !isNotification(request))
                .forEach(request -> all.add(
                        Ledger.pending(id, request, local.runner.runningSince().orElseGet(loop::now)))));
        return all;
    }

    /** Whether some operation has not ended, recurring monitors left out. */
    boolean isBusy() {
        return locals.values().stream()
                .flatMap(local -> local.runner.unfinished().stream())
                .anyMatch(request -> request.interval().isZero());
    }

    private OperationRequest request(Action action, Consumer<OperationRequest.Ended> then) {
        return new OperationRequest(
                action.operation(),
                action.interval(),
                action.timeout(),
                action.expectedCode(),
                action.meta().getOrDefault("digest", ""),
                action.notification(),
                then);
    }

    private Local local(Action action) {
        Local known = locals.get(action.resourceId());
        boolean begins = action.operation().equals("start")
                || (action.operation().equals("monitor") && action.interval().isZero());
        boolean renew = known != null && begins && !known.parameters.equals(action.parameters());
        if (known != null && !renew) {
            return known;
        }
        if (known != null) {
            known.monitors.cancelAll();
            known.runner.close();
        }
        Local made = make(action);
        locals.put(action.resourceId(), made);
        return made;
    }

    private Local make(Action action) {
        String id = action.resourceId();
        String declared = id.contains(":") ? id.substring(0, id.indexOf(':')) : id;
        Primitive primitive = config.stream()
                .flatMap(known -> known.primitives().stream())
                .filter(candidate -> candidate.id().equals(declared))
                .findFirst()
                .orElseGet(() -> Primitive.of(declared, ""));
        RecurringMonitors monitors = new RecurringMonitors(loop, this::monitor);
        LocalAgentContext context = new LocalAgentContext(
                id,
                settings.name(),
                action.parameters(),
                lease,
                reason -> loop.execute(() -> monitors.runNow(reason)),
                (name, value) -> loop.execute(() -> setAttribute(name, value)),
                name -> records.of(declared, name));
        ResourceAgent agent = agent(primitive, context);
        ResourceRunner runner = new ResourceRunner(
                id,
                agent,
                loop,
                workers,
                () -> loop.pauses().total(),
                run -> new LocalOperation(
                        run.request, run::deadline, loop, lease, Map.copyOf(onlineNodes.get()), evictions.lastSeen()));
        return new Local(primitive, action.parameters(), agent, runner, monitors);
    }

    private void setAttribute(String name, Optional<String> value) {
        if (ledger.setAttribute(name, value)) {
            LOG.info("attribute {} is now {}", name, value.orElse("gone"));
            onChange.run();
        }
    }

    private ResourceAgent agent(Primitive primitive, LocalAgentContext context) {
        ResourceAgentFactory factory = settings.agents().get(primitive.agent());
        if (factory == null) {
            return new BrokenAgent(Outcome.notInstalled("there is no agent '" + primitive.agent() + "' on node "
                    + settings.name() + " for the resource " + primitive.id()
                    + ": register it with HaCluster.builder().agent(…)"));
        }
        try {
            return factory.create(context);
        } catch (RuntimeException refused) {
            LOG.error("the agent of {} cannot be made", primitive.id(), refused);
            return new BrokenAgent(Outcome.notConfigured("the agent '" + primitive.agent() + "' refuses the resource "
                    + primitive.id() + ": " + refused.getMessage()));
        }
    }
}
