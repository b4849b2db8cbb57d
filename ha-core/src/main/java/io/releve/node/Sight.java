package io.releve.node;

import io.releve.codec.Codec;
import io.releve.codec.FencingLog;
import io.releve.codec.NodeReport;
import io.releve.codec.Plan;
import io.releve.coordination.Document;
import io.releve.coordination.View;
import io.releve.model.ClusterConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents of a view, read. Reads each version of a document once. A document that cannot be read counts as absent,
 * and is logged once.
 *
 * <p>Used on one loop only.
 */
public final class Sight {

    private static final Logger LOG = LoggerFactory.getLogger(Sight.class);

    private record Read<T>(String text, Optional<T> value) {}

    private final Map<String, Read<NodeReport>> reports = new HashMap<>();
    private Read<ClusterConfig> config = new Read<>("", Optional.empty());
    private Read<Plan> plan = new Read<>("", Optional.empty());
    private Read<FencingLog> fencing = new Read<>("", Optional.empty());
    private View view = View.unknown();

    /** Takes in a new view. */
    public void see(View newView) {
        view = newView;
        config = read("configuration", config, view.config(), Codec::readConfig);
        plan = read("plan", plan, view.plan(), Codec::readPlan);
        fencing = read(
                "record of fencing",
                fencing,
                Optional.ofNullable(view.records().get(FencingLog.KEY)),
                Codec::readFencingLog);
        reports.keySet().retainAll(view.reports().keySet());
        view.reports()
                .forEach((node, document) -> reports.put(
                        node,
                        read(
                                "report of " + node,
                                reports.getOrDefault(node, new Read<>("", Optional.empty())),
                                Optional.of(document),
                                Codec::readReport)));
    }

    private static <T> Read<T> read(
            String what, Read<T> before, Optional<Document> document, Function<String, T> reader) {
        String text = document.map(Document::text).orElse("");
        if (text.equals(before.text)) {
            return before;
        }
        if (text.isEmpty()) {
            return new Read<>("", Optional.empty());
        }
        try {
            return new Read<>(text, Optional.of(reader.apply(text)));
        } catch (IllegalArgumentException broken) {
            LOG.error("the {} cannot be read and is left out of account: {}", what, broken.getMessage());
            return new Read<>(text, Optional.empty());
        }
    }

    /** The view. */
    public View view() {
        return view;
    }

    /** The cluster's configuration, once somebody has written it. */
    public Optional<ClusterConfig> config() {
        return config.value;
    }

    /** The last plan. */
    public Optional<Plan> plan() {
        return plan.value;
    }

    /** Which nodes were fenced, and how. */
    public FencingLog fencing() {
        return fencing.value.orElse(FencingLog.EMPTY);
    }

    /** What each node last reported. */
    public Map<String, NodeReport> reports() {
        Map<String, NodeReport> all = new HashMap<>();
        reports.forEach((node, read) -> read.value.ifPresent(report -> all.put(node, report)));
        return all;
    }
}
