package io.releve.fencing;

/** What came of an attempt to fence a node. */
public sealed interface FenceResult {

    /** One readable sentence. */
    String describe();

    /** The node is harmless, for a reason that a person can check. */
    static FenceResult fenced(String evidence) {
        return new Fenced(evidence);
    }

    /** The node may still do harm. */
    static FenceResult failed(String reason, String remedy) {
        return new Failed(reason, remedy);
    }

    /** Whether the node is harmless now. */
    default boolean isFenced() {
        return this instanceof Fenced;
    }

    /**
     * Nothing that this life of the node ran does anything any more, or what does reaches nobody.
     *
     * @param evidence what makes that certain, for people
     */
    record Fenced(String evidence) implements FenceResult {
        @Override
        public String describe() {
            return "fenced: " + evidence;
        }
    }

    /**
     * It did not work, or nobody knows whether it did.
     *
     * @param reason what stood in the way
     * @param remedy what a person can do about it
     */
    record Failed(String reason, String remedy) implements FenceResult {
        @Override
        public String describe() {
            return "not fenced: " + reason + (remedy.isEmpty() ? "" : "; " + remedy);
        }
    }
}
