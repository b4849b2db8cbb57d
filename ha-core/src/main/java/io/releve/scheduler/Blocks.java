package io.releve.scheduler;

import io.releve.model.AttributeSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes one table of names and values out of blocks: the greatest score wins, then the block that stands first. */
final class Blocks {

    private final Rules rules;

    Blocks(Rules rules) {
        this.rules = rules;
    }

    Map<String, String> resolve(List<AttributeSet> blocks, Rules.Subject subject) {
        if (blocks.isEmpty()) {
            return Map.of();
        }
        if (blocks.size() == 1 && blocks.get(0).rule().isEmpty()) {
            return blocks.get(0).values();
        }
        Map<String, String> result = new LinkedHashMap<>();
        merge(result, blocks, subject);
        return result;
    }

    /** Adds the names that the table does not have yet. */
    void merge(Map<String, String> into, List<AttributeSet> blocks, Rules.Subject subject) {
        List<AttributeSet> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparing(AttributeSet::score).reversed());
        for (AttributeSet block : sorted) {
            if (block.rule().isEmpty() || rules.passes(block.rule().orElseThrow(), subject)) {
                block.values().forEach(into::putIfAbsent);
            }
        }
    }

    /** Whether the result can differ from node to node. */
    static boolean dependOnNode(List<AttributeSet> blocks) {
        return blocks.stream().anyMatch(block -> block.rule().isPresent());
    }
}
