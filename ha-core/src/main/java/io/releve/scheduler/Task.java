package io.releve.scheduler;

/** What an action does. */
enum Task {
    START("start"),
    RUNNING("running"),
    STOP("stop"),
    STOPPED("stopped"),
    PROMOTE("promote"),
    PROMOTED("promoted"),
    DEMOTE("demote"),
    DEMOTED("demoted"),
    MIGRATE_TO("migrate_to"),
    MIGRATE_FROM("migrate_from"),
    RELOAD("reload-agent"),
    MONITOR("monitor"),
    CANCEL("cancel"),
    DELETE("delete"),
    CLEAR_FAILURES("clear_failcount"),
    FENCE("stonith"),
    SHUTDOWN("shutdown"),
    /** All nodes that were not yet asked whether the resource runs there have answered. */
    PROBED("probed"),
    /** At least so many of several resources have acted. */
    ENOUGH("enough"),
    /** What took a node's capacity is gone. */
    LOAD_GONE("load gone"),
    /** An instance of a clone is told what happens; of the clone itself: its instances may be told now. */
    NOTIFY("notify"),
    /** All instances of a clone have been told. */
    NOTIFIED("notified");

    private final String text;

    Task(String text) {
        this.text = text;
    }

    /** For a group or clone: the task that says that all of its parts have done this one. */
    Task completed() {
        return switch (this) {
            case START -> RUNNING;
            case STOP -> STOPPED;
            case PROMOTE -> PROMOTED;
            case DEMOTE -> DEMOTED;
            default -> this;
        };
    }

    /** The task whose completion this is; itself for all others. */
    Task begun() {
        return switch (this) {
            case RUNNING -> START;
            case STOPPED -> STOP;
            case PROMOTED -> PROMOTE;
            case DEMOTED -> DEMOTE;
            default -> this;
        };
    }

    boolean isCompletion() {
        return begun() != this;
    }

    /** Whether it takes something down. */
    boolean isDown() {
        return this == STOP || this == STOPPED || this == DEMOTE || this == DEMOTED;
    }

    /** Whether it is one of the operations that make a transition's outcome. */
    boolean isCore() {
        return switch (this) {
            case START, STOP, PROMOTE, DEMOTE, MIGRATE_TO, MIGRATE_FROM, RELOAD, FENCE -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
