package io.releve.node;

import io.releve.agent.Outcome;
import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.codec.PlanId;
import io.releve.runtime.EventLoop;
import io.releve.scheduler.Action;
import io.releve.state.OperationResult;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out this node's part of the newest plan: begins each step as soon as the steps before it have succeeded, and
 * enters what came of it in the ledger. All methods are called on the loop.
 */
final class PlanExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(PlanExecutor.class);

    private final String node;
    private final Ledger ledger;
    private final LocalResources resources;
    private final Runnable onChange;
    private final Consumer<String> onCondemned;
    private final EventLoop loop;
    private final Set<Integer> begun = new HashSet<>();
    private PlanId newest = PlanId.NONE;
    private @Nullable Plan plan;

    /**
     * Makes an executor without a plan.
     *
     * @param onChange called when the ledger has changed
     * @param onCondemned told why when this node is to be fenced
     */
    PlanExecutor(
            String node,
            Ledger ledger,
            LocalResources resources,
            EventLoop loop,
            Runnable onChange,
            Consumer<String> onCondemned) {
        this.node = node;
        this.ledger = ledger;
        this.resources = resources;
        this.loop = loop;
        this.onChange = onChange;
        this.onCondemned = onCondemned;
    }

    /** Takes a plan, unless it has seen this one or a newer one. */
    void accept(Plan offered) {
        if (offered.id().compareTo(newest) <= 0) {
            return;
        }
        newest = offered.id();
        begun.clear();
        ledger.follow(offered.id());
        boolean mine = ledger.incarnation().equals(offered.incarnations().get(node));
        plan = mine ? offered : null;
        LOG.debug("plan {}: {}", offered.id(), offered.summary());
        if (mine && offered.halt()) {
            onChange.run(); // The controller waits for this node's word that nothing new begins.
        }
    }

    /** This life is over: nothing more is begun. Plans older than those seen stay refused. */
    void drop() {
        plan = null;
        begun.clear();
    }

    /**
     * A step that this node carries out as the controller, outside of its own part, is done.
     *
     * @return whether this node follows the plan, so that the others will see it
     */
    boolean doneElsewhere(PlanId of, int actionId) {
        boolean followed = plan != null && plan.id().equals(of);
        if (followed) {
            ledger.done(actionId);
            onChange.run();
        }
        return followed;
    }

    private boolean isFollowed(Plan other) {
        return plan != null && plan.id().equals(other.id());
    }

    /** Begins what may begin. */
    void step(Collection<NodeReport> reports) {
        Plan now = plan;
        if (now == null || now.halt()) {
            return;
        }
        boolean again = true;
        while (again && isFollowed(now)) {
            again = false;
            for (Action action : Progress.of(now, reports, ledger.done()).ready(node)) {
                if (begun.add(action.id())) {
                    again |= begin(now, action);
                }
            }
        }
    }

    /** Begins a step; says whether it is done already. */
    private boolean begin(Plan of, Action action) {
        switch (action.kind()) {
            case OPERATION -> {
                LOG.info("{} (plan {}, step {})", action, of.id(), action.id());
                resources.perform(action, ended -> ended(of, action, ended));
            }
            case NOTIFY -> {
                LOG.debug("{} (plan {}, step {})", action, of.id(), action.id());
                resources.perform(action, ended -> told(of, action, ended));
            }
            case RECURRING -> resources.beginMonitor(action, first -> monitorBegan(of, action, first));
            case CANCEL -> {
                resources.cancelMonitor(action);
                return done(action);
            }
            case CLEAR_FAILURES -> {
                ledger.clearFailures(action.resourceId());
                return done(action);
            }
            case FENCE -> onCondemned.accept(action.meta().getOrDefault("reason", "the cluster has lost trust in it"));
            case BARRIER -> throw new IllegalStateException("a barrier is nobody's step: " + action);
        }
        return false;
    }

    private boolean done(Action action) {
        ledger.done(action.id());
        onChange.run();
        return true;
    }

    private void ended(Plan of, Action action, OperationRequest.Ended ended) {
        if (action.operation().equals("promote") && ended.outcome().code() == Outcome.Code.DECLINED) {
            LOG.warn("{} was declined: {}", action, ended.outcome().reason());
            ledger.record(Results.unpromoted(action, ended, ledger.nextCallId(), loop.now()));
            settle(of, action, false);
            return;
        }
        OperationResult result = result(action, ended);
        if (action.operation().equals("monitor")) {
            LOG.info("probe of {}: {}", action.resourceId(), ended.outcome());
        } else if (ended.outcome().isSuccess()) {
            LOG.info("{} succeeded after {} ms", action, ended.took().toMillis());
        } else {
            LOG.warn("{} failed after {} ms: {}", action, ended.took().toMillis(), ended.outcome());
        }
        ledger.record(result);
        boolean asExpected = !ended.timedOut() && result.code() == action.expectedCode();
        if (!asExpected && !isProbe(action)) {
            ledger.countFailure(result, isEndless(action));
        }
        settle(of, action, asExpected);
    }

    private void monitorBegan(Plan of, Action action, boolean asExpected) {
        settle(of, action, asExpected);
    }

    /** Nobody waits for an instance's consent: what was to follow follows, whatever came of it. */
    private void told(Plan of, Action action, OperationRequest.Ended ended) {
        if (!ended.outcome().isSuccess()) {
            LOG.warn("{} is ignored after {} ms: {}", action, ended.took().toMillis(), ended.outcome());
        }
        if (isFollowed(of)) {
            ledger.done(action.id());
        }
        onChange.run();
    }

    private void settle(Plan of, Action action, boolean asExpected) {
        // What was begun under an older plan stood in this node's report as pending: the newer plan counts with it.
        if (!asExpected) {
            ledger.surprise();
        } else if (isFollowed(of)) {
            ledger.done(action.id());
        }
        onChange.run();
    }

    private static boolean isProbe(Action action) {
        return action.operation().equals("monitor") && action.interval().isZero();
    }

    /** A failed stop counts as endless; so does a failed start, unless the cluster's options say otherwise. */
    private static boolean isEndless(Action action) {
        return action.operation().equals("stop")
                || (action.operation().equals("start")
                        && !"false".equals(action.meta().get("start-failure-is-fatal")));
    }

    private OperationResult result(Action action, OperationRequest.Ended ended) {
        return Results.of(action, ended, ledger.nextCallId(), loop.now());
    }
}
