package io.releve.fencing;

import java.time.Duration;

/** Says that a node is harmless once its lease has run out, unless something is known to be left behind. */
final class LeaseFencer implements Fencer {

    @Override
    public FenceResult fence(FenceRequest request) {
        Duration left = request.leaseRemaining();
        if (!left.isZero()) {
            return FenceResult.failed(
                    "the lease of " + request.node() + " runs for another " + left.toMillis() + " ms",
                    "wait for its end");
        }
        if (!request.leftBehind().isEmpty()) {
            return FenceResult.failed(
                    "the lease of " + request.node() + " has run out, but it could not stop "
                            + String.join(", ", request.leftBehind())
                            + ", and nothing ends that with the lease",
                    "stop it by hand and start the node again, or declare a fencing level that switches the node off");
        }
        return FenceResult.fenced("its lease has run out");
    }

    @Override
    public boolean waitsForLease() {
        return true;
    }

    @Override
    public String toString() {
        return "the end of the lease";
    }
}
