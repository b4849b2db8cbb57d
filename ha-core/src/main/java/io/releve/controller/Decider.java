package io.releve.controller;

import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.controller.Office.Inputs;
import io.releve.scheduler.Action;
import io.releve.scheduler.Scheduler;
import io.releve.scheduler.Transition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The controller's mind: from what is seen to what is to be published. A pure function.
 *
 * <p>A new plan is only made on firm ground: when no node can begin anything more of an older plan. Either the older
 * plan is complete, or all its nodes have acknowledged a halt. What they had begun by then stands in their reports as
 * pending, and the scheduler counts with it.
 */
final class Decider {

    private Decider() {}

    /**
     * A decision, and what is to be remembered of it.
     *
     * @param decision what to do
     * @param office what to remember once it is done
     * @param recheckAt when to look again even if nothing changes
     */
    record Decided(Decision decision, Office office, Optional<Instant> recheckAt) {}

    /**
     * Decides.
     *
     * @param released the fences of the present plan that have been carried out, whether or not a report shows it yet
     * @param recheck counts the times that only time has passed
     */
    static Decided decide(Office office, Observed seen, Set<Integer> released, Instant now, long recheck) {
        Map<String, String> incarnations = StateAssembler.incarnations(seen);
        Inputs inputs = inputs(seen, incarnations, recheck);
        if (incarnations.isEmpty()) {
            return wait(office, "no node has reported yet");
        }
        if (office.plan().isEmpty()) {
            return halt(office, incarnations, seen.reports(), inputs, "a new controller begins");
        }
        Plan current = office.plan().get();
        if (current.halt()) {
            Plan reduced = restrictedTo(current, incarnations);
            if (!Office.isAcknowledged(reduced, seen.reports())) {
                return wait(office, "waiting for all nodes to acknowledge the halt " + current.id());
            }
        } else {
            Remaining remaining = Remaining.of(current, incarnations, seen.reports(), released);
            if (remaining.mayGoOn()) {
                boolean surprised = office.isSurprised(current, seen.reports());
                if (surprised || haveChanged(current, incarnations)) {
                    String why = surprised
                            ? "something happened that plan " + current.id() + " did not foresee"
                            : "the nodes have changed during plan " + current.id();
                    return halt(office, incarnations, seen.reports(), inputs, why);
                }
                return wait(office, "plan " + current.id() + " is being carried out");
            }
            if (!remaining.fences().isEmpty()
                    && office.planned().filter(inputs::equals).isPresent()) {
                return wait(
                        office,
                        "plan " + current.id() + " waits until "
                                + String.join(", ", remaining.fences())
                                + (remaining.fences().size() > 1 ? " are" : " is")
                                + " fenced");
            }
        }
        if (office.planned().filter(inputs::equals).isPresent()) {
            return wait(office, "nothing has changed since plan " + current.id());
        }
        return plan(office, seen, incarnations, inputs, now);
    }

    /** Whether other nodes act on plans than when this one was made; those that it has fenced are meant to be gone. */
    private static boolean haveChanged(Plan plan, Map<String, String> incarnations) {
        Map<String, String> expected = new HashMap<>(plan.incarnations());
        for (String fenced : Remaining.targets(plan)) {
            if (!incarnations.containsKey(fenced)) {
                expected.remove(fenced);
            }
        }
        return !expected.equals(incarnations);
    }

    private static Decided plan(
            Office office, Observed seen, Map<String, String> incarnations, Inputs inputs, Instant now) {
        Transition transition = Scheduler.plan(seen.config(), StateAssembler.assemble(seen), now);
        if (transition.isEmpty()) {
            return new Decided(
                    new Decision.Wait("nothing to do: all is as it should be"),
                    office.found(inputs),
                    transition.recheckAt());
        }
        Plan plan = new Plan(
                office.epoch(),
                office.lastNumber() + 1,
                false,
                incarnations,
                ProbesFirst.of(transition.actions()),
                summary(transition));
        return new Decided(
                new Decision.Publish(plan), office.published(plan, seen.reports(), inputs), transition.recheckAt());
    }

    private static Decided halt(
            Office office,
            Map<String, String> incarnations,
            Map<String, NodeReport> reports,
            Inputs inputs,
            String why) {
        Plan plan = new Plan(office.epoch(), office.lastNumber() + 1, true, incarnations, List.of(), why);
        Office next = office.published(plan, reports, inputs);
        return new Decided(
                new Decision.Publish(plan),
                new Office(next.epoch(), next.lastNumber(), next.plan(), next.surprises(), Optional.empty()),
                Optional.empty());
    }

    private static Decided wait(Office office, String why) {
        return new Decided(new Decision.Wait(why), office, Optional.empty());
    }

    private static Plan restrictedTo(Plan plan, Map<String, String> incarnations) {
        Map<String, String> still = new HashMap<>(plan.incarnations());
        still.entrySet().removeIf(entry -> !entry.getValue().equals(incarnations.get(entry.getKey())));
        return new Plan(plan.epoch(), plan.number(), plan.halt(), still, plan.actions(), plan.summary());
    }

    private static Inputs inputs(Observed seen, Map<String, String> incarnations, long recheck) {
        Map<String, Integer> versions = new HashMap<>();
        seen.view().reports().forEach((node, document) -> versions.put(node, document.version()));
        seen.config().nodeNames().forEach(node -> versions.put(node + " is " + Standing.of(node, seen), 1));
        seen.view()
                .members()
                .forEach((node, member) ->
                        versions.put(node + " member " + member.info().incarnation(), 1));
        int configVersion =
                seen.view().config().map(document -> document.version()).orElse(0);
        return new Inputs(configVersion, incarnations, versions, recheck);
    }

    private static String summary(Transition transition) {
        List<Action> operations = transition.actions().stream()
                .filter(action -> action.kind() == Action.Kind.OPERATION || action.kind() == Action.Kind.FENCE)
                .toList();
        String first = operations.stream().limit(6).map(Action::toString).collect(Collectors.joining(", "));
        return operations.size() > 6 ? first + " and " + (operations.size() - 6) + " more" : first;
    }
}
