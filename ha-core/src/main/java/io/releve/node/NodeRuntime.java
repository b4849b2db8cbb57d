package io.releve.node;

import io.releve.agent.Tether;
import io.releve.codec.NodeReport;
import io.releve.codec.PlanId;
import io.releve.coordination.CoordinationException;
import io.releve.coordination.Coordinator;
import io.releve.coordination.Member;
import io.releve.coordination.MemberInfo;
import io.releve.coordination.View;
import io.releve.fencing.LeaseTable;
import io.releve.model.ClusterConfig;
import io.releve.model.Primitive;
import io.releve.runtime.PauseDetector;
import io.releve.runtime.Workers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's life in the cluster: joins, follows plans, reports, leaves; and when its lease ends, gives up what it runs
 * before it joins again as if it had never been there.
 *
 * <p>All methods are called on the loop, and so are its callbacks.
 */
public final class NodeRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
    private static final Duration REJOIN = Duration.ofMillis(500);

    private enum Phase {
        /** Waits for the connection, or for an earlier life of this node to be over. */
        OUTSIDE,
        /** Has asked to join. */
        JOINING,
        /** Is a member, and holds its lease. */
        MEMBER,
        /** Stops what it runs: the lease is over. */
        GIVING_UP,
        /** Has left, and does not come back. */
        GONE
    }

    private final NodeSettings settings;
    private final ClusterConfig declared;
    private final Coordinator coordinator;
    private final PauseDetector loop;
    private final Sight sight;
    private final Ledger ledger;
    private final Failsafe failsafe;
    private final LeaseKeeper lease;
    private final SharedRecords records;
    private final LocalResources resources;
    private final PlanExecutor executor;
    private final GivingUp givingUp;
    private final ReportWriter reports;
    private final Evictor evictor;
    private final EvictionClock evictions = new EvictionClock();
    private final ConfigAgreement agreement;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    private Phase phase = Phase.OUTSIDE;
    private boolean seenSelf;
    private boolean announced;
    private boolean leaving;
    private Set<String> notStopped = Set.of();
    private boolean resuming;
    private boolean inTouch;

    /**
     * Makes a node that has not joined.
     *
     * @param declared the configuration that this node brings along
     * @param sight what this node's loop sees of the cluster; whoever owns it tells {@link #viewChanged}
     */
    public NodeRuntime(
            NodeSettings settings,
            ClusterConfig declared,
            Coordinator coordinator,
            PauseDetector loop,
            Workers workers,
            Sight sight) {
        this(settings, declared, coordinator, loop, workers, sight, new FailsafeRules());
    }

    NodeRuntime(
            NodeSettings settings,
            ClusterConfig declared,
            Coordinator coordinator,
            PauseDetector loop,
            Workers workers,
            Sight sight,
            FailsafeRules rules) {
        this.settings = settings;
        this.declared = declared;
        this.coordinator = coordinator;
        this.loop = loop;
        this.sight = sight;
        this.ledger = new Ledger(settings.name(), settings.lease());
        this.failsafe = new Failsafe(settings, rules, coordinator, loop, this::isMember);
        this.lease = new LeaseKeeper(
                settings.lease(), coordinator, loop, this::goesOnWithoutLease, failsafe, this::leaseEnded);
        this.records = new SharedRecords(coordinator, loop);
        this.resources = new LocalResources(
                settings, loop, workers, lease, ledger, records, this::onlineNodes, evictions, this::ledgerChanged);
        this.executor =
                new PlanExecutor(settings.name(), ledger, resources, loop, this::ledgerChanged, this::condemned);
        this.givingUp = new GivingUp(settings.name(), resources, settings.lastResort(), settings.lease(), loop);
        this.reports = new ReportWriter(coordinator, loop, () -> ledger.report(resources.pending(), leftBehind()));
        this.evictor = new Evictor(coordinator, failsafe, loop);
        this.agreement = new ConfigAgreement(
                settings.name(), declared, settings.adoptsConfig(), coordinator, loop, this::viewChanged);
        loop.onPause(this::stoodStill);
    }

    /** Called before anything else runs: first of all this node finds out whether it still may. */
    private void stoodStill(Duration length) {
        LOG.warn(
                "node {} stood still for {} ms of its lease of {} ms, {} ms are left: its JVM or its machine was"
                        + " stopped, or a task blocked the loop",
                settings.name(),
                length.toMillis(),
                settings.lease().toMillis(),
                lease.remaining().toMillis());
        lease.stillHeld();
    }

    /**
     * Ends when this node has become a member for the first time; fails if it never can: its configuration differs from
     * that of the running cluster, or the coordination service refuses it.
     */
    public CompletionStage<Void> joined() {
        return joined;
    }

    /** Whether this node is a member and its lease runs. */
    public boolean isMember() {
        return phase == Phase.MEMBER && lease.stillHeld();
    }

    /** Whether this node runs what it runs by right; a question that changes nothing. */
    boolean holds() {
        return phase == Phase.MEMBER && !lease.remaining().isZero();
    }

    /** The configuration that is in force: the cluster's, or until it is known this node's own. */
    public ClusterConfig config() {
        return sight.config().orElse(declared);
    }

    /** The sight has a new view. */
    public void viewChanged() {
        evictions.observe(sight.view().evictions(), loop.nanoTime());
        failsafe.observe(sight, QuorumPolicy.of(config()));
        evictor.observe(sight, ledger.incarnation(), QuorumPolicy.of(config()));
        records.see(sight.view().records());
        boolean connected = sight.view().connection() == View.Connection.CONNECTED;
        if (connected && !inTouch) {
            lease.hurry();
        }
        inTouch = connected;
        switch (phase) {
            case OUTSIDE -> joinIfPossible();
            case MEMBER -> follow();
            case GIVING_UP -> noticeEnd();
            case JOINING, GONE -> {
                // The next step comes when what was begun has ended.
            }
        }
    }

    // --- joining -------------------------------------------------------------------------------------------------

    private void joinIfPossible() {
        View view = sight.view();
        if (phase != Phase.OUTSIDE
                || view.connection() != View.Connection.CONNECTED
                || isHeldByAnother(view)
                || (!leaving && failsafe.earlierLifeMayHold(sight, ledger.incarnation()))) {
            return;
        }
        if (leaving) {
            gone();
            return;
        }
        phase = Phase.JOINING;
        String incarnation = settings.lives().next();
        Optional<String> replaces = Optional.ofNullable(view.members().get(settings.name()))
                .map(member -> member.info().incarnation())
                .filter(settings.lives()::isOver);
        replaces.ifPresent(over ->
                LOG.info("node {} takes the place of its earlier life {}, whose JVM is dead", settings.name(), over));
        long sentAt = loop.nanoTime();
        coordinator
                .join(new MemberInfo(settings.name(), incarnation, settings.lease()), replaces)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        becomeMember(incarnation, sentAt);
                    } else {
                        joinFailed(Failures.of(failure));
                    }
                }));
    }

    /**
     * Whether a member of this node's name exists that this object does not know to be over: another JVM's, or that of
     * an earlier one here, which counts until its lease has run out. What this object gave up, joining replaces; and also
     * the life of a JVM that is known to be dead.
     */
    private boolean isHeldByAnother(View view) {
        Member member = view.members().get(settings.name());
        return member != null
                && !member.info().incarnation().equals(ledger.incarnation())
                && !settings.lives().isOver(member.info().incarnation());
    }

    private void joinFailed(Throwable failure) {
        phase = Phase.OUTSIDE;
        if (failure instanceof CoordinationException.Refused) {
            joined.completeExceptionally(failure);
        }
        LOG.warn("node {} could not join and tries again: {}", settings.name(), failure.getMessage());
        loop.schedule(REJOIN, this::joinIfPossible);
    }

    private void becomeMember(String incarnation, long sentAt) {
        LOG.info("node {} has joined the cluster {} (incarnation {})", settings.name(), declared.name(), incarnation);
        phase = Phase.MEMBER;
        seenSelf = false;
        announced = false;
        ledger.begin(incarnation);
        failsafe.begin(incarnation);
        notStopped = Set.of();
        executor.drop();
        lease.begin(sentAt);
        if (isMember()) {
            reports.open();
            follow();
        }
    }

    private boolean agreeOnConfig() {
        return switch (agreement.look(sight)) {
            case AGREED -> true;
            case PENDING -> false;
            case REFUSED -> {
                phase = Phase.GONE;
                lease.drop();
                reports.shut();
                coordinator.leave();
                joined.completeExceptionally(new IllegalStateException(agreement.refusal(sight)));
                yield false;
            }
        };
    }

    // --- being a member --------------------------------------------------------------------------------------------

    private void follow() {
        if (!isMember()) {
            resumeIfPossible();
            return;
        }
        if (!isStillSeen()) {
            return;
        }
        if (!announced) {
            if (!joined.isDone() && !agreeOnConfig()) {
                return;
            }
            announced = true;
            reports.changed();
            coordinator.campaign();
            joined.complete(null);
        }
        if (phase == Phase.MEMBER) {
            sight.config().ifPresent(resources::configure);
            sight.plan().ifPresent(executor::accept);
            executor.step(sight.reports().values());
            leaveIfReady();
        }
    }

    private boolean isStillSeen() {
        Member self = sight.view().members().get(settings.name());
        boolean present = self != null && self.info().incarnation().equals(ledger.incarnation());
        boolean inTouch = sight.view().connection() == View.Connection.CONNECTED;
        if (seenSelf && inTouch && !present) {
            lease.drop();
            leaseEnded("this node's membership was ended");
            return false;
        }
        seenSelf |= present;
        return present || !inTouch || seenSelf;
    }

    private void ledgerChanged() {
        if (phase == Phase.MEMBER) {
            reports.changed();
            loop.execute(this::follow);
        }
    }

    private Map<String, Map<String, String>> onlineNodes() {
        Map<String, Map<String, String>> online = new HashMap<>();
        Map<String, NodeReport> known = sight.reports();
        sight.view().members().keySet().forEach(node -> {
            NodeReport report = known.get(node);
            online.put(node, report == null ? Map.of() : report.attributes());
        });
        return online;
    }

    // --- going on without a lease ---------------------------------------------------------------------------------

    /** Only out of touch: who is in touch and has not renewed stood still itself, and others may have taken over. */
    private boolean goesOnWithoutLease() {
        return !leaving
                && sight.view().connection() != View.Connection.CONNECTED
                && QuorumPolicy.of(config()) == QuorumPolicy.FREEZE;
    }

    /** In touch again: the same life goes on, unless others have ended it, or the session. */
    private void resumeIfPossible() {
        View view = sight.view();
        if (!lease.isOnTrust() || resuming || view.connection() != View.Connection.CONNECTED) {
            return;
        }
        resuming = true;
        long sentAt = loop.nanoTime();
        coordinator
                .renew()
                .whenComplete((done, failure) -> loop.execute(() -> {
                    resuming = false;
                    if (phase != Phase.MEMBER || !lease.isOnTrust()) {
                        return;
                    }
                    if (failure == null) {
                        resume(sentAt);
                    } else {
                        notResumed(Failures.of(failure));
                    }
                }));
    }

    private void resume(long sentAt) {
        LOG.info("node {} has its lease back, and goes on", settings.name());
        lease.begin(sentAt);
        reports.changed();
        follow();
    }

    private void notResumed(Throwable failure) {
        if (failure instanceof CoordinationException.Unreachable) {
            loop.schedule(REJOIN, this::follow);
            return;
        }
        lease.drop();
        leaseEnded("this node could not get its lease back: " + failure.getMessage());
    }

    // --- giving up -------------------------------------------------------------------------------------------------

    private void leaseEnded(String why) {
        if (phase == Phase.GIVING_UP) {
            givingUp.leaseIsOver();
        }
        if (phase != Phase.MEMBER) {
            return;
        }
        LOG.error("node {} gives up what it runs: {}", settings.name(), why);
        phase = Phase.GIVING_UP;
        executor.drop();
        reports.shut();
        givingUp.beginWithoutLease(this::needsLease, why, this::leave);
    }

    private boolean needsLease(Primitive primitive) {
        return !"nothing"
                .equals(ConfigLookup.meta(config(), primitive.id(), "requires").orElse(""));
    }

    /** This node is to be fenced. What it can do for that itself, it does: the rest is its fencers' business. */
    private void condemned(String why) {
        if (phase == Phase.MEMBER) {
            LOG.error("node {} is to be fenced, and gives up what it runs: {}", settings.name(), why);
            retire("this node is to be fenced: " + why, true);
        }
    }

    /** Stops everything while the lease still runs, says what came of it, and leaves. */
    private void retire(String why, boolean resort) {
        phase = Phase.GIVING_UP;
        executor.drop();
        givingUp.begin(primitive -> true, why, failed -> {
            if (failed.isEmpty()) {
                // Who says that it has left is not waited for.
                if (!givingUp.isLeftToTheLease()) {
                    ledger.left();
                }
            } else if (!resort || !givingUp.resort(failed, "could not be stopped")) {
                notStopped = failed;
            }
            boolean[] gone = {false};
            Runnable go = () -> {
                if (!gone[0]) {
                    gone[0] = true;
                    leave(failed);
                }
            };
            reports.settled().whenComplete((done, failure) -> loop.execute(go));
            loop.schedule(settings.lease(), go);
        });
    }

    /** While it retires, the node still holds its lease, unless somebody ends its membership. */
    private void noticeEnd() {
        if (lease.stillHeld()) {
            isStillSeen();
        }
    }

    private void leave(Set<String> failed) {
        lease.drop();
        reports.shut();
        coordinator
                .leave()
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (leaving) {
                        gone();
                    } else {
                        givingUp.persist(failed, this::startOverWhenAllHasEnded);
                    }
                }));
    }

    /** What is left to the end of the lease may still run until the lease that it was given has ended. */
    private void startOverWhenAllHasEnded() {
        if (givingUp.isLeftToTheLease()) {
            loop.schedule(settings.lease().plus(LeaseTable.margin(settings.lease())), this::startOver);
        } else {
            startOver();
        }
    }

    private void startOver() {
        if (phase == Phase.GIVING_UP) {
            phase = Phase.OUTSIDE;
            joinIfPossible();
            if (leaving && phase == Phase.OUTSIDE) {
                gone();
            }
        }
    }

    /** What does not end with this life, as far as this node knows. */
    private Set<String> leftBehind() {
        Set<String> all = new HashSet<>(notStopped);
        for (String id : ledger.resources()) {
            Tether tether = resources.tether(id);
            if (tether != Tether.LEASE
                    && !settings.lastResort().ends(tether)
                    && ActiveHere.couldNotBeStopped(ledger.history(id))) {
                all.add(id);
            }
        }
        return all;
    }

    /** How long a life of another node may still hold its lease, as this node counts it; zero if it surely does not. */
    public Duration leaseOf(String node, String incarnation) {
        return evictor.remaining(new LeaseTable.Life(node, incarnation));
    }

    /**
     * A step of a plan that this node has carried out as the controller, on behalf of another node, is done.
     *
     * @return whether this node follows that plan, so that the others will see it
     */
    public boolean stepDone(PlanId plan, int step) {
        return phase == Phase.MEMBER && executor.doneElsewhere(plan, step);
    }

    // --- leaving ---------------------------------------------------------------------------------------------------

    /**
     * Leaves in good order: asks the controller to move what runs here elsewhere, and goes when nothing is left.
     *
     * @param patience after this, whatever still runs here is stopped on the spot
     * @return ends when this node has left
     */
    public CompletionStage<Void> leave(Duration patience) {
        if (!leaving) {
            leaving = true;
            ledger.leaving();
            if (phase == Phase.OUTSIDE || phase == Phase.GONE) {
                gone();
            } else {
                ledgerChanged();
                loop.schedule(patience, () -> losePatience(patience));
            }
        }
        return left;
    }

    private void losePatience(Duration patience) {
        if (phase == Phase.MEMBER) {
            LOG.warn("node {} could not leave in good order within {} ms", settings.name(), patience.toMillis());
            retire("the node leaves", false);
        } else {
            gone();
        }
    }

    private void leaveIfReady() {
        if (!leaving || phase != Phase.MEMBER || resources.isBusy() || ActiveHere.anything(ledger)) {
            return;
        }
        phase = Phase.GIVING_UP; // Nothing is begun any more.
        executor.drop();
        ledger.left();
        reports.settled().whenComplete((done, failure) -> loop.execute(this::say));
    }

    private void say() {
        lease.drop();
        reports.shut();
        coordinator.leave().whenComplete((done, failure) -> loop.execute(this::gone));
    }

    private void gone() {
        if (!left.isDone()) {
            phase = Phase.GONE;
            lease.drop();
            evictor.close();
            givingUp.close();
            resources.close();
            LOG.info("node {} has left the cluster {}", settings.name(), declared.name());
            left.complete(null);
        }
    }

    /** Why joining takes so long, as far as it is known. */
    public @Nullable String obstacle() {
        View view = sight.view();
        if (view.connection() != View.Connection.CONNECTED) {
            return "the coordination service does not answer";
        }
        return phase == Phase.OUTSIDE && isHeldByAnother(view) ? "another member is called " + settings.name() : null;
    }
}
