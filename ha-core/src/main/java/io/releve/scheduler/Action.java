package io.releve.scheduler;

import io.releve.model.FencingLevel;
import io.releve.state.Notification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step of a transition.
 *
 * @param id its number in the transition, from 0
 * @param kind what kind of step it is
 * @param operation {@code start}, {@code stop}, {@code monitor}, {@code promote}, {@code demote}, {@code notify} …; for a barrier what
 *     it stands for, for people
 * @param resourceId the resource; empty for a fence; for an instance of a globally unique clone with its number
 * @param node the node that carries it out; for a fence the node to be fenced; empty for a barrier
 * @param interval for a recurring monitor its interval; otherwise zero
 * @param timeout after this it counts as failed
 * @param expectedCode the OCF exit code that is expected: 7 for a probe of something that should not run here
 * @param parameters what the agent is given
 * @param meta what the node must know of it: {@code on-fail}, {@code role}, {@code start-failure-is-fatal} …
 * @param after the ids of the steps that must have succeeded before
 * @param fencing for a fence the levels by which it is done, by rising index, one after another until one succeeds; empty
 *     if none are declared for the node: then each fencer that can fence it may
 * @param notification what an instance of a clone is told; empty for any other kind of step
 */
public record Action(
        int id,
        Kind kind,
        String operation,
        String resourceId,
        Optional<String> node,
        Duration interval,
        Duration timeout,
        int expectedCode,
        Map<String, String> parameters,
        Map<String, String> meta,
        List<Integer> after,
        List<FencingLevel> fencing,
        Optional<Notification> notification) {

    /** The kinds of steps. */
    public enum Kind {
        /** An operation of an agent on a node; a monitor with interval zero is a probe. */
        OPERATION,
        /** A recurring monitor begins, once its first run has succeeded. */
        RECURRING,
        /** A recurring monitor ends. */
        CANCEL,
        /** A node is made harmless. */
        FENCE,
        /** A point that is reached when all steps before it are done; nobody carries it out. */
        BARRIER,
        /** The recorded failures of a resource on a node are forgotten. */
        CLEAR_FAILURES,
        /** An instance of a clone is told what happens to the clone; whatever comes of it, what follows goes on. */
        NOTIFY
    }

    public Action {
        parameters = Map.copyOf(parameters);
        meta = Map.copyOf(meta);
        after = PlannedActions.immutableNumbers(after);
        fencing = List.copyOf(fencing);
    }

    /** A step that is neither a fence by levels nor a notification. */
    public Action(
            int id,
            Kind kind,
            String operation,
            String resourceId,
            Optional<String> node,
            Duration interval,
            Duration timeout,
            int expectedCode,
            Map<String, String> parameters,
            Map<String, String> meta,
            List<Integer> after) {
        this(
                id,
                kind,
                operation,
                resourceId,
                node,
                interval,
                timeout,
                expectedCode,
                parameters,
                meta,
                after,
                List.of(),
                Optional.empty());
    }

    /** A fence by levels. */
    public Action(
            int id,
            Kind kind,
            String operation,
            String resourceId,
            Optional<String> node,
            Duration interval,
            Duration timeout,
            int expectedCode,
            Map<String, String> parameters,
            Map<String, String> meta,
            List<Integer> after,
            List<FencingLevel> fencing) {
        this(
                id,
                kind,
                operation,
                resourceId,
                node,
                interval,
                timeout,
                expectedCode,
                parameters,
                meta,
                after,
                fencing,
                Optional.empty());
    }

    /** Whether a node's agent carries it out, and its end is waited for. */
    public boolean isOperation() {
        return kind == Kind.OPERATION;
    }

    @Override
    public String toString() {
        String told = notification
                .map(what -> " (" + what.type().word() + "-" + what.operation() + ")")
                .orElse("");
        String recurring = interval.isZero() ? "" : " every " + interval.toMillis() + " ms";
        return kind == Kind.BARRIER
                ? "barrier " + operation + " " + resourceId
                : operation + told + recurring + " " + resourceId
                        + node.map(name -> " on " + name).orElse("");
    }
}
