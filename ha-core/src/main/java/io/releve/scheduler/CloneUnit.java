package io.releve.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A clone during one planning. */
final class CloneUnit extends Unit {

    final List<Unit> instances = new ArrayList<>();
    final int max;
    final int nodeMax;
    final int promotedMax;
    final int promotedNodeMax;
    final int min;
    final boolean unique;
    final boolean promotable;
    final boolean interleave;
    final boolean ordered;
    final boolean notify;
    /** How many instances each node was given so far. */
    final int[] count;
    /** Promotion is forbidden everywhere, for want of a ticket. */
    boolean promotionDenied;

    CloneUnit(String id, Map<String, String> meta, int nodes, boolean unique, boolean promotable) {
        super(id, null, meta, nodes);
        this.unique = unique;
        this.promotable = promotable;
        this.max = Values.count(meta.get("clone-max"), Math.max(1, nodes));
        this.nodeMax = unique ? Values.count(meta.get("clone-node-max"), 1) : 1;
        this.promotedMax = promotable ? Values.count(either("promoted-max", "master-max"), 1) : 0;
        this.promotedNodeMax = promotable ? Values.count(either("promoted-node-max", "master-node-max"), 1) : 0;
        this.min = Values.count(meta.get("clone-min"), 0);
        this.interleave = Values.isTrue(meta.get("interleave"));
        this.ordered = Values.isTrue(meta.get("ordered"));
        this.notify = Values.isTrue(meta.get("notify"));
        this.count = new int[nodes];
    }

    private @Nullable String either(String name, String oldName) {
        return meta.containsKey(name) ? meta.get(name) : meta.get(oldName);
    }

    /** The instances by their numbers, whatever order they were placed in. */
    List<Unit> byNumber() {
        List<Unit> sorted = new ArrayList<>(instances);
        sorted.sort(Comparator.comparingInt(CloneUnit::number));
        return sorted;
    }

    /** The number of an instance. */
    static int number(Unit instance) {
        return Integer.parseInt(instance.id.substring(instance.id.lastIndexOf(':') + 1));
    }

    @Override
    List<Unit> children() {
        return instances;
    }

    @Override
    int rank() {
        return 3;
    }

    @Override
    @Nullable
    Node assigned() {
        return null;
    }
}
