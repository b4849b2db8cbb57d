package io.releve.agent;

import java.util.Map;
import java.util.Optional;

/**
 * What an agent may know of its resource, and whom it may tell. Lives as long as the agent.
 *
 * <p>Thread-safety: all methods may be called from any thread and never block.
 */
public interface AgentContext {

    /** The resource's id; for a globally unique clone with the instance number, {@code web:1}. */
    String resourceId();

    /** The name of the node that this agent runs on. */
    String nodeName();

    /** The resource's parameters as declared in the cluster's configuration. */
    Map<String, String> parameters();

    /** The end of this node's right to run resources, renewed all the time. */
    Lease lease();

    /**
     * Asks for a monitor at once, because something happened that the service's owner should look at: its process
     * ended, its connection broke. Several requests before the monitor runs count as one.
     *
     * @param reason one readable sentence; it appears in the cluster's record of the failure
     */
    void monitorNow(String reason);

    /**
     * Publishes an attribute of this node, which location rules can refer to. Publishing the value that is already
     * there costs nothing.
     *
     * @param name the attribute's name; by convention {@code WHAT-RESOURCE}, for example {@code caught-up-serviceMySQL}
     * @param value the value, or empty to remove the attribute
     */
    void setNodeAttribute(String name, Optional<String> value);

    /**
     * A record of this resource: one in the whole cluster, shared by the resource's agents on all nodes; all instances of a
     * clone share it too. It outlives nodes, plans and restarts.
     *
     * @param name the record's name: 1 to 80 letters, digits, '_', '.' and '-', the first a letter or digit
     * @return the record; the same one for the same name
     * @throws IllegalArgumentException if the name is not allowed
     */
    SharedRecord record(String name);
}
