package io.releve.scheduler;

/**
 * A colocation during one planning.
 *
 * @param id the constraint's id; empty for the chain inside a group
 * @param influence whether the dependent's wishes move the primary even while that is active
 * @param sequence counts the constraints as they were read
 */
record Colocation(
        String id,
        Unit dependent,
        Phase dependentRole,
        Unit primary,
        Phase primaryRole,
        int score,
        boolean influence,
        String attribute,
        int sequence) {

    boolean isMandatory() {
        return Math.abs(score) >= ScoreTable.INFINITY;
    }

    /** Whether it is a link of the chain inside a group, and nobody's wish. */
    boolean isChain() {
        return id.isEmpty();
    }

    /** Whether nodes count as the same by a name of their own. */
    boolean isByNode() {
        return attribute.equals("#uname");
    }

    float factor() {
        return score / (float) ScoreTable.INFINITY;
    }

    /** Whether the dependent's wishes count when the primary is placed. */
    boolean hasInfluence() {
        return influence || primary.active.isEmpty();
    }

    /** How much a score counts by this factor: rounded, but never to nothing. */
    static int scaled(float factor, int score) {
        float product = factor * score;
        int rounded = (int) (product + (product < 0 ? -0.5f : 0.5f));
        if (product >= ScoreTable.INFINITY) {
            rounded = ScoreTable.INFINITY;
        } else if (product <= -ScoreTable.INFINITY) {
            rounded = -ScoreTable.INFINITY;
        }
        if (rounded == 0 && score != 0) {
            return factor > 0 ? 1 : factor < 0 ? -1 : 0;
        }
        return rounded;
    }
}
