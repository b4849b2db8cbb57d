package io.releve.scheduler;

/** The steps that lead from one role to another. */
enum RoleSteps {
    NOTHING,
    START,
    STOP,
    PROMOTE,
    DEMOTE;

    /** The operation of the next step from one role towards another. */
    static RoleSteps operation(Phase from, Phase to) {
        return switch (from) {
            case UNKNOWN -> STOP;
            case STOPPED -> to == Phase.STOPPED || to == Phase.UNKNOWN ? NOTHING : START;
            case STARTED ->
                switch (to) {
                    case STOPPED, UNKNOWN -> STOP;
                    case PROMOTED -> PROMOTE;
                    default -> NOTHING;
                };
            case UNPROMOTED ->
                switch (to) {
                    case STOPPED, STARTED, UNKNOWN -> STOP;
                    case PROMOTED -> PROMOTE;
                    default -> NOTHING;
                };
            case PROMOTED -> to == Phase.PROMOTED ? NOTHING : DEMOTE;
        };
    }

    /** The role after the next step from one role towards another. */
    static Phase next(Phase from, Phase to) {
        return switch (operation(from, to)) {
            case STOP -> Phase.STOPPED;
            case DEMOTE -> Phase.UNPROMOTED;
            case PROMOTE -> Phase.PROMOTED;
            case START -> to == Phase.STARTED ? Phase.STARTED : Phase.UNPROMOTED;
            case NOTHING -> to;
        };
    }
}
