package io.releve.agent;

/** Makes the agent of one resource on one node. Registered by name with the cluster builder. */
@FunctionalInterface
public interface ResourceAgentFactory {

    /**
     * Called once for each resource of this kind on this node, before its first operation.
     *
     * @param context what the agent may know and whom it may tell
     * @return a new agent
     * @throws IllegalArgumentException if the parameters are unusable; the message lists every mistake. Each operation
     *     of the resource on this node then fails as "not configured"
     */
    ResourceAgent create(AgentContext context);
}
