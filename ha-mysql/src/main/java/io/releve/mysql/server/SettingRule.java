package io.releve.mysql.server;

import io.releve.mysql.server.Finding.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What one setting must be.
 *
 * @param names the setting's names, the newest first; the first that a server has counts
 * @param severity how bad it is otherwise
 * @param holds whether a value is right
 * @param reason what comes of a wrong one
 * @param wanted the right value, for the remedy
 */
record SettingRule(List<String> names, Severity severity, Predicate<String> holds, String reason, String wanted) {

    /** The finding, if the server has the setting and its value is wrong. */
    Optional<Finding> judge(ServerFacts facts) {
        Map<String, String> variables = facts.variables();
        return names.stream()
                .filter(variables::containsKey)
                .findFirst()
                .filter(name -> !holds.test(variables.getOrDefault(name, "")))
                .map(name -> new Finding(
                        severity,
                        facts.server(),
                        name,
                        variables.getOrDefault(name, ""),
                        reason,
                        "set " + name + "=" + wanted + " in my.cnf"));
    }

    static Predicate<String> is(String wanted) {
        return value -> normal(value).equals(normal(wanted));
    }

    static Predicate<String> number(Predicate<Long> holds) {
        return value -> {
            try {
                return holds.test(Long.parseLong(value.strip()));
            } catch (NumberFormatException e) {
                return false;
            }
        };
    }

    /** Servers say 1 and ON, and NO_LIMIT in any case. */
    private static String normal(String value) {
        String upper = value.strip().toUpperCase(java.util.Locale.ROOT);
        return switch (upper) {
            case "1", "YES", "TRUE" -> "ON";
            case "0", "NO", "FALSE" -> "OFF";
            default -> upper;
        };
    }
}
