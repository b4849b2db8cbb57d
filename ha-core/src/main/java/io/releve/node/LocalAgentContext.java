package io.releve.node;

import io.releve.agent.AgentContext;
import io.releve.agent.Lease;
import io.releve.agent.SharedRecord;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What an agent of this node may know, and whom it may tell. */
record LocalAgentContext(
        String resourceId,
        String nodeName,
        Map<String, String> parameters,
        Lease lease,
        Consumer<String> monitors,
        BiConsumer<String, Optional<String>> attributes,
        Function<String, SharedRecord> records)
        implements AgentContext {

    @Override
    public void monitorNow(String reason) {
        monitors.accept(reason);
    }

    @Override
    public void setNodeAttribute(String name, Optional<String> value) {
        attributes.accept(name, value);
    }

    @Override
    public SharedRecord record(String name) {
        return records.apply(name);
    }
}
