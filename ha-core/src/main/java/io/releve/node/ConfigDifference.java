package io.releve.node;

import io.releve.model.ClusterConfig;
import io.releve.model.ClusterNode;
import io.releve.model.Constraint;
import io.releve.model.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Says in words where two configurations differ. */
final class ConfigDifference {

    private ConfigDifference() {}

    static String describe(Optional<ClusterConfig> running, ClusterConfig declared) {
        if (running.isEmpty()) {
            return "the cluster's configuration cannot be read";
        }
        List<String> all = new ArrayList<>();
        compare("node", running.get().nodes(), declared.nodes(), ClusterNode::name, all);
        compare("resource", running.get().resources(), declared.resources(), Resource::id, all);
        compare("constraint", running.get().constraints(), declared.constraints(), Constraint::id, all);
        if (!running.get().properties().equals(declared.properties())) {
            all.add("the properties differ");
        }
        if (all.isEmpty()) {
            all.add("defaults or order differ");
        }
        return String.join(", ", all);
    }

    private static <T> void compare(
            String kind, List<T> running, List<T> declared, Function<T, String> name, List<String> all) {
        Map<String, T> theirs = byName(running, name);
        Map<String, T> ours = byName(declared, name);
        Set<String> names = new LinkedHashSet<>(theirs.keySet());
        names.addAll(ours.keySet());
        for (String each : names) {
            if (!ours.containsKey(each)) {
                all.add(kind + " " + each + " is missing here");
            } else if (!theirs.containsKey(each)) {
                all.add(kind + " " + each + " is only declared here");
            } else if (!ours.get(each).equals(theirs.get(each))) {
                all.add(kind + " " + each + " differs");
            }
        }
    }

    private static <T> Map<String, T> byName(List<T> values, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        values.forEach(value -> map.put(name.apply(value), value));
        return map;
    }
}
