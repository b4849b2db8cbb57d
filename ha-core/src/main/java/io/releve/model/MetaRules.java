package io.releve.model;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** What the values of well-known meta attributes must look like. */
final class MetaRules {

    private record Form(Predicate<String> test, String text) {}

    private static final Map<String, Form> FORMS = Map.ofEntries(
            Map.entry("priority", new Form(MetaRules::isScore, "a score")),
            Map.entry("resource-stickiness", new Form(MetaRules::isScore, "a score")),
            Map.entry("migration-threshold", new Form(v -> isScore(v) && !v.startsWith("-"), "0 or more, or INFINITY")),
            Map.entry("failure-timeout", new Form(MetaRules::isDuration, "a time such as 60s")),
            Map.entry("is-managed", new Form(MetaRules::isBoolean, "true or false")),
            Map.entry("maintenance", new Form(MetaRules::isBoolean, "true or false")),
            Map.entry("interleave", new Form(MetaRules::isBoolean, "true or false")),
            Map.entry("ordered", new Form(MetaRules::isBoolean, "true or false")),
            Map.entry("notify", new Form(MetaRules::isBoolean, "true or false")),
            Map.entry("clone-max", new Form(MetaRules::isCount, "0 or more")),
            Map.entry("clone-node-max", new Form(MetaRules::isCount, "0 or more")),
            Map.entry("promoted-max", new Form(MetaRules::isCount, "0 or more")),
            Map.entry("promoted-node-max", new Form(MetaRules::isCount, "0 or more")),
            Map.entry("target-role", new Form(MetaRules::isRole, "Started, Stopped, Promoted or Unpromoted")));

    private MetaRules() {}

    static void check(String path, List<AttributeSet> meta, BiConsumer<String, String> problem) {
        for (AttributeSet set : meta) {
            set.values().forEach((name, value) -> {
                Form form = FORMS.get(name);
                if (form != null && !form.test().test(value)) {
                    problem.accept(path + "/meta/" + name, "'" + value + "' is not " + form.text());
                }
            });
        }
    }

    private static boolean isScore(String value) {
        try {
            Score.parse(value);
            return true;
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }

    private static boolean isBoolean(String value) {
        return value.matches("(?i)true|false|on|off|yes|no|y|n|1|0");
    }

    private static boolean isCount(String value) {
        return value.matches("[0-9]{1,9}");
    }

    private static boolean isDuration(String value) {
        return value.matches("[0-9]{1,12} *(us|ms|s|sec|m|min|h|hr)?") || value.matches("P[0-9A-Z.]+");
    }

    private static boolean isRole(String value) {
        try {
            Role.parse(value);
            return true;
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }
}
