package io.releve.fencing;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a node's word that it has given up what it ran, even where it has said that it could not. */
final class NoFencer implements Fencer {

    private static final Logger LOG = LoggerFactory.getLogger(NoFencer.class);

    @Override
    public FenceResult fence(FenceRequest request) {
        String doubt = request.leftBehind().isEmpty()
                ? "what outlives its JVM may still run"
                : String.join(", ", request.leftBehind()) + " may still run";
        LOG.warn(
                "node {} counts as fenced although nothing was done to it: {} there while others start it",
                request.node(),
                doubt);
        return FenceResult.fenced("nothing was done, its lease has run out; " + doubt + " there");
    }

    @Override
    public boolean waitsForLease() {
        return true;
    }

    @Override
    public String toString() {
        return "no fencing";
    }
}
