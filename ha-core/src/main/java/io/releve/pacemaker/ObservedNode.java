package io.releve.pacemaker;

import io.releve.state.OperationResult;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node as its entry in the status section describes it. Filled while that is read. */
final class ObservedNode {

    final Element element;
    final Map<String, String> attributes = new LinkedHashMap<>();
    final Map<String, List<OperationResult>> history = new LinkedHashMap<>();
    final Map<String, String> agents = new LinkedHashMap<>();
    final Map<String, Instant> locks = new LinkedHashMap<>();

    ObservedNode(Element element) {
        this.element = element;
    }

    String id() {
        return element.id();
    }

    String name() {
        return element.get("uname", "");
    }

    boolean shutdownRequested() {
        String value = attributes.get("shutdown");
        return value != null && !value.equals("0");
    }
}
