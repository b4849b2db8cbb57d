package io.releve.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A block of names and values: parameters, meta attributes, utilisation, options. Where several blocks give a name, the
 * one with the greatest score wins; a block with a rule counts only where the rule passes.
 *
 * @param id the block's id; empty where nobody refers to it
 * @param score rank among the blocks of one owner; default 0
 * @param rule when the block counts; empty: always
 * @param values names and values, in the order given
 */
public record AttributeSet(String id, Score score, Optional<Rule> rule, Map<String, String> values) {

    public AttributeSet {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A block that always counts. */
    public static AttributeSet of(Map<String, String> values) {
        return new AttributeSet("", Score.ZERO, Optional.empty(), values);
    }

    /** The blocks with one value set in the first block that has no rule; adds such a block if there is none. */
    static List<AttributeSet> with(List<AttributeSet> sets, String name, String value) {
        List<AttributeSet> result = new java.util.ArrayList<>(sets);
        for (int i = 0; i < result.size(); i++) {
            AttributeSet set = result.get(i);
            if (set.rule().isEmpty()) {
                Map<String, String> values = new LinkedHashMap<>(set.values());
                values.put(name, value);
                result.set(i, new AttributeSet(set.id(), set.score(), set.rule(), values));
                return List.copyOf(result);
            }
        }
        result.add(of(Map.of(name, value)));
        return List.copyOf(result);
    }

    /** The value that the blocks without a rule give a name: the first block that has it. */
    static Optional<String> plainValue(List<AttributeSet> sets, String name) {
        return sets.stream()
                .filter(set -> set.rule().isEmpty() && set.values().containsKey(name))
                .map(set -> set.values().get(name))
                .findFirst();
    }
}
