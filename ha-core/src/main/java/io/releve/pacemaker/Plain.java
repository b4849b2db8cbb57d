package io.releve.pacemaker;

import io.releve.model.AttributeSet;
import java.util.List;
import java.util.Optional;

/** Looks up values that must be known while reading: in blocks that are in the order in which they count. */
final class Plain {

    private Plain() {}

    /** The value in the first block that has it and no rule. */
    static Optional<String> value(List<AttributeSet> blocks, String name) {
        for (AttributeSet block : blocks) {
            String value = block.values().get(name);
            if (value != null && block.rule().isEmpty()) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** The same under the first of several names that has one. */
    static Optional<String> value(List<AttributeSet> blocks, String name, String oldName) {
        return value(blocks, name).or(() -> value(blocks, oldName));
    }
}
