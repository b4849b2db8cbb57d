package io.releve.node;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What an agent of this node may know, and whom it may tell. */
record LocalAgentContext(
        String resourceId,
        String nodeName,
        Map<String, String> parameters,
        Lease lease,
        Consumer<String> monitors,
        BiConsumer<String, Optional<String>> attributes)
        implements AgentContext {

    @Override
    public void monitorNow(String reason) {
        monitors.accept(reason);
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        attributes.accept(name, value);
    }
}
