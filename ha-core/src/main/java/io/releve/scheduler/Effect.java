package io.releve.scheduler;

/** What an order between two actions, first and then, does beyond the order itself. Bits, to be combined. */
final class Effect {

    /** Only the order. */
    static final int AFTER = 1;
    /** If first is required, so is then. */
    static final int PULL_THEN = 1 << 1;
    /** If then is required and no live migration, first is no live migration either. */
    static final int PULL_FIRST = 1 << 2;
    /** The same, and first is required, if then's resource is Promoted now. */
    static final int PULL_FIRST_IF_PROMOTED = 1 << 3;
    /** If first cannot be carried out, neither can then. */
    static final int BLOCK_THEN = 1 << 4;
    /** First is a stop that then's start makes necessary. */
    static final int RESTART = 1 << 5;
    /** If first cannot be carried out, then must happen and cannot. */
    static final int ASYMMETRIC = 1 << 6;
    /** Then counts how many firsts can be carried out. */
    static final int AT_LEAST = 1 << 7;
    /** First and then are steps of one live migration. */
    static final int CHAIN = 1 << 8;
    /** If first cannot be carried out, then is a real action instead of a part of a live migration. */
    static final int ELSE_REAL = 1 << 9;
    /** If first is required and can be carried out, then is in the graph. */
    static final int GRAPH_THEN = 1 << 10;
    /** If then is required, first is in the graph. */
    static final int GRAPH_FIRST = 1 << 11;
    /** If then is required, first is not. */
    static final int CANCEL_FIRST = 1 << 12;
    /** Only for actions on the same node. */
    static final int SAME_NODE = 1 << 13;
    /** Only the order, if both take place on the same node, and for the sake of its capacity. */
    static final int LOAD = 1 << 14;
    /** Only the order, if first is required and not on another node. */
    static final int IF_REQUIRED_SAME_NODE = 1 << 15;
    /** Only while first is no live migration. */
    static final int IF_FIRST_UNMIGRATABLE = 1 << 16;
    /** Only the order, between actions that must never take place at the same time. */
    static final int SERIALIZE = 1 << 17;

    /** Those that say when an order counts at all. */
    static final int CONDITIONS = SAME_NODE | LOAD | IF_REQUIRED_SAME_NODE | IF_FIRST_UNMIGRATABLE | SERIALIZE;

    private Effect() {}
}
