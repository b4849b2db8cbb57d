package io.releve.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A group, or one instance of it, during one planning. */
final class GroupUnit extends Unit {

    final List<PrimitiveUnit> members = new ArrayList<>();
    final boolean ordered;
    final boolean colocated;

    @Nullable
    Node assigned;

    GroupUnit(String id, @Nullable Unit parent, Map<String, String> meta, int nodes) {
        super(id, parent, meta, nodes);
        this.ordered = Values.bool(meta.get("ordered"), true);
        this.colocated = Values.bool(meta.get("collocated"), true);
    }

    PrimitiveUnit first() {
        return members.get(0);
    }

    PrimitiveUnit last() {
        return members.get(members.size() - 1);
    }

    @Override
    List<PrimitiveUnit> children() {
        return members;
    }

    @Override
    int rank() {
        return 2;
    }

    @Override
    @Nullable
    Node assigned() {
        return assigned;
    }
}
