package io.releve.scheduler;

import io.releve.model.Clone;
import io.releve.model.ClusterConfig;
import io.releve.model.Constraint;
import io.releve.model.Score;
import io.releve.state.ClusterState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Plays a case: disturbs a cluster, plans, carries plans out in any order that they allow, and checks at each step what
 * must always hold.
 */
final class Rehearsal {

    private static final int ROUNDS = 6;

    private final ClusterConfig config;
    private final Random random;
    private final PlanRules rules;
    private final World world;

    private Rehearsal(ClusterCase play) {
        this.config = play.config();
        this.random = new Random(play.seed());
        this.rules = new PlanRules(play, random);
        this.world = new World(config);
    }

    /** Plays a case; what was violated, if anything. */
    static Optional<Violation> of(ClusterCase play) {
        try {
            Rehearsal rehearsal = new Rehearsal(play);
            rehearsal.settle(Set.of());
            for (Disturbance disturbance : play.disturbances()) {
                rehearsal.settle(rehearsal.world.disturb(disturbance));
            }
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        } catch (RuntimeException defect) {
            Violation violation =
                    new Violation("planning fails with " + defect.getClass().getSimpleName(), "" + defect);
            violation.initCause(defect);
            return Optional.of(violation);
        }
    }

    /**
     * Plans and carries out until nothing is left to do.
     *
     * @param failed the primitives that have just failed: what has nothing to do with them stays
     */
    private void settle(Set<String> failed) {
        Set<String> reason = failed;
        for (int round = 0; round < ROUNDS; round++) {
            Transition plan = plan();
            if (!reason.isEmpty()) {
                rules.unrelatedStay(plan, reason);
            }
            if (plan.isEmpty()) {
                world.leave();
                return;
            }
            reason = carryOut(plan);
            if (!isPredictable()) {
                // What a start failed in the midst of may not have come to its end: the rest of it comes with what
                // follows.
                reason = Set.of();
            } else if (reason.isEmpty()) {
                Transition again = plan();
                if (!again.isEmpty()) {
                    throw new Violation(
                            "plans converge at once", "after " + plan.actions() + " there is still " + again.actions());
                }
            }
        }
        throw new Violation("plans converge", "not within " + ROUNDS + " rounds");
    }

    /**
     * Whether one plan must be enough. As in Pacemaker it need not be where clones are about, or preferences for or
     * against company: where a resource ends up then changes what others would have preferred.
     */
    private boolean isPredictable() {
        return config.resources().stream().noneMatch(Clone.class::isInstance)
                && config.constraints().stream()
                        .noneMatch(constraint -> constraint instanceof Constraint.Colocation colocation
                                && !colocation.score().equals(Score.INFINITY));
    }

    private Transition plan() {
        ClusterState state = world.state();
        Transition plan = Scheduler.plan(config, state, world.now());
        rules.check(plan, state, world.now());
        return plan;
    }

    /** Carries out what can be, in any order that is allowed; the primitives whose start failed. */
    private Set<String> carryOut(Transition plan) {
        world.beginPlan();
        Set<Integer> done = new HashSet<>();
        List<Action> left = new ArrayList<>(plan.actions());
        Set<String> failed = new HashSet<>();
        while (true) {
            List<Action> ready = left.stream()
                    .filter(action -> done.containsAll(action.after()))
                    .toList();
            if (ready.isEmpty()) {
                break;
            }
            Action next = ready.get(random.nextInt(ready.size()));
            left.remove(next);
            if (world.apply(next)) {
                done.add(next.id());
            } else {
                failed.add(World.plain(next.resourceId()));
            }
        }
        if (failed.isEmpty() && !left.isEmpty()) {
            throw new Violation("the order is acyclic", left + " wait for each other");
        }
        return failed;
    }
}
