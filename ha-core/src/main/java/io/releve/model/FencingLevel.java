package io.releve.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * One way to fence a node. The levels of a node are tried by rising index until one succeeds; a level succeeds when all
 * its devices, used one after another, have succeeded.
 *
 * @param target the nodes that it is for
 * @param index its place among the levels of its target, from {@value #FIRST} to {@value #LAST}
 * @param devices names of fencers, or ids of the fencing devices (primitives of class {@code stonith}) of a Pacemaker
 *     configuration, in the order in which they are used
 */
public record FencingLevel(FencingTarget target, int index, List<String> devices) {

    /** The least index. */
    public static final int FIRST = 1;

    /** The greatest index. */
    public static final int LAST = 9;

    public FencingLevel {
        devices = List.copyOf(devices);
    }

    /** A level for the node of this name. */
    public static FencingLevel of(String node, int index, String... devices) {
        return new FencingLevel(new FencingTarget.Node(node), index, List.of(devices));
    }

    /**
     * The levels that apply to a node, by rising index. Only one target counts for a node: its name, if a level gives it;
     * otherwise the first pattern or attribute, in the order declared, that fits it. What a configuration that was read
     * gives twice under one index is one level with the devices of both.
     */
    static List<FencingLevel> forNode(List<FencingLevel> all, ClusterNode node) {
        FencingTarget byName = new FencingTarget.Node(node.name());
        FencingTarget target = all.stream().anyMatch(level -> level.target().equals(byName))
                ? byName
                : all.stream()
                        .map(FencingLevel::target)
                        .filter(one -> one.matches(node))
                        .findFirst()
                        .orElse(byName);
        TreeMap<Integer, Set<String>> byIndex = new TreeMap<>();
        for (FencingLevel level : all) {
            if (level.target().equals(target)) {
                byIndex.computeIfAbsent(level.index(), index -> new LinkedHashSet<>())
                        .addAll(level.devices());
            }
        }
        return byIndex.entrySet().stream()
                .map(level -> new FencingLevel(target, level.getKey(), List.copyOf(level.getValue())))
                .toList();
    }

    @Override
    public String toString() {
        return "level " + index + ": " + String.join(" and ", devices);
    }
}
