package io.releve.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One service: a database server, a virtual IP, a web server, a job in the JVM.
 *
 * @param id the id, unique in the configuration
 * @param agent the name of the agent that runs it, as registered on every node; for one of Pacemaker's agents
 *     {@code class:provider:type}
 * @param parameters the agent's parameters
 * @param meta meta attributes
 * @param operations how operations are carried out; what is not listed runs with defaults
 * @param utilization what it takes of a node's capacity
 */
public record Primitive(
        String id,
        String agent,
        List<AttributeSet> parameters,
        List<AttributeSet> meta,
        List<Operation> operations,
        List<AttributeSet> utilization)
        implements Resource {

    public Primitive {
        parameters = List.copyOf(parameters);
        meta = List.copyOf(meta);
        operations = List.copyOf(operations);
        utilization = List.copyOf(utilization);
    }

    /** A primitive without parameters, run with defaults. */
    public static Primitive of(String id, String agent) {
        return new Primitive(id, agent, List.of(), List.of(), List.of(), List.of());
    }

    /** The same with a parameter for the agent. */
    public Primitive parameter(String name, String value) {
        return new Primitive(id, agent, AttributeSet.with(parameters, name, value), meta, operations, utilization);
    }

    /** The agent's parameter as the blocks without a rule give it. */
    public Optional<String> parameter(String name) {
        return AttributeSet.plainValue(parameters, name);
    }

    /** The same with a meta attribute, in Pacemaker's names. */
    public Primitive meta(String name, String value) {
        return new Primitive(id, agent, parameters, AttributeSet.with(meta, name, value), operations, utilization);
    }

    /** The same with one more operation. */
    public Primitive operation(Operation operation) {
        List<Operation> all = new java.util.ArrayList<>(operations);
        all.add(operation);
        return new Primitive(id, agent, parameters, meta, all, utilization);
    }

    /** The same with a monitor that runs every {@code interval} while the resource is active. */
    public Primitive monitor(Duration interval) {
        return operation(Operation.monitor(interval));
    }

    /** The same with what the resource prefers to staying where it is outweighed by: its stickiness; default 0. */
    public Primitive stickiness(int points) {
        return meta("resource-stickiness", Score.of(points).toString());
    }

    /**
     * The same with the names of those parameters that the agent can take over while the resource runs, by the operation
     * {@code reload-agent}; default: none. Where another parameter changes, the resource is restarted.
     */
    public Primitive reloadableParameters(String... names) {
        return meta("reloadable-parameters", String.join(",", names));
    }

    /** The same with the number of failures on a node after which the resource must leave it; default: never. */
    public Primitive migrationThreshold(int failures) {
        return meta("migration-threshold", Integer.toString(failures));
    }

    /** The same with the time after which a failure is forgotten; default: never. */
    public Primitive failureTimeout(Duration time) {
        return meta("failure-timeout", time.toMillis() + "ms");
    }
}
