package io.releve.model;

import java.util.List;
import java.util.Optional;

/** Something that the cluster runs. */
public sealed interface Resource permits Primitive, Group, Clone {

    /** The id, unique in the configuration. */
    String id();

    /**
     * Meta attributes under Pacemaker's names: {@code priority}, {@code target-role}, {@code is-managed},
     * {@code resource-stickiness}, {@code migration-threshold}, {@code failure-timeout} …
     */
    List<AttributeSet> meta();

    /** The meta attribute as the blocks without a rule give it. */
    default Optional<String> meta(String name) {
        return AttributeSet.plainValue(meta(), name);
    }
}
