package io.releve.codec;

import io.releve.scheduler.Action;
import java.util.List;
import java.util.Map;

/**
 * A transition as published: each node carries out its own part.
 *
 * @param epoch the reign of the controller that made it
 * @param number counts the plans of one reign, from 1
 * @param halt whether it only asks the nodes to begin nothing new, and to say so, because another plan is to follow
 * @param incarnations the nodes that it was made for, each with its incarnation: any other life of a node must not
 *     act on it
 * @param actions the steps; each step's number is its place in this list
 * @param summary one readable sentence
 */
public record Plan(
        long epoch, int number, boolean halt, Map<String, String> incarnations, List<Action> actions, String summary) {

    public Plan {
        incarnations = Map.copyOf(incarnations);
        actions = List.copyOf(actions);
    }

    /** Its place among all plans. */
    public PlanId id() {
        return new PlanId(epoch, number);
    }
}
