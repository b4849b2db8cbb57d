package io.releve.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds the mistakes of a fencing topology. */
final class FencingRules {

    private FencingRules() {}

    /**
     * Checks.
     *
     * @param config the configuration
     * @param problem takes the path and the message of each mistake
     */
    static void check(ClusterConfig config, BiConsumer<String, String> problem) {
        Set<String> seen = new HashSet<>();
        for (FencingLevel level : config.fencingTopology()) {
            String path = "fencing-topology/" + level.target() + "/" + level.index();
            if (level.index() < FencingLevel.FIRST || level.index() > FencingLevel.LAST) {
                problem.accept(
                        path,
                        "the index " + level.index() + " is out of range: use " + FencingLevel.FIRST + " to "
                                + FencingLevel.LAST);
            }
            if (!seen.add(path)) {
                problem.accept(
                        path,
                        "the level is declared twice: put all devices that must succeed together into one, others "
                                + "under another index");
            }
            checkTarget(path, level.target(), config, problem);
            checkDevices(path, level.devices(), problem);
        }
    }

    private static void checkTarget(
            String path, FencingTarget target, ClusterConfig config, BiConsumer<String, String> problem) {
        if (target instanceof FencingTarget.NamePattern pattern) {
            try {
                Pattern.compile(pattern.regex());
            } catch (PatternSyntaxException broken) {
                problem.accept(
                        path, "'" + pattern.regex() + "' is not a regular expression: " + broken.getDescription());
                return;
            }
        }
        if (target instanceof FencingTarget.Attribute attribute
                && attribute.name().isBlank()) {
            problem.accept(path, "the attribute's name is empty: name a permanent attribute of the nodes");
        } else if (config.nodes().stream().noneMatch(target::matches)) {
            problem.accept(
                    path,
                    "the level is for no node: '" + target + "' fits none of " + String.join(", ", config.nodeNames()));
        }
    }

    private static void checkDevices(String path, List<String> devices, BiConsumer<String, String> problem) {
        if (devices.isEmpty()) {
            problem.accept(path, "the level has no devices: name at least one fencer");
        }
        Set<String> names = new HashSet<>();
        for (String device : devices) {
            if (device.isBlank()) {
                problem.accept(path, "a device's name is empty: name a fencer");
            } else if (!names.add(device)) {
                problem.accept(path, "the device '" + device + "' is named twice: once is enough");
            }
        }
    }
}
