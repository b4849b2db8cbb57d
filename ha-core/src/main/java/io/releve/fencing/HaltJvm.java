package io.releve.fencing;

import io.releve.agent.Tether;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the JVM. */
final class HaltJvm implements LastResort {

    private static final Logger LOG = LoggerFactory.getLogger(HaltJvm.class);

    private final IntConsumer halt;

    HaltJvm(IntConsumer halt) {
        this.halt = halt;
    }

    @Override
    public boolean ends(Tether tether) {
        return tether != Tether.NONE;
    }

    @Override
    public void take(String reason) {
        LOG.error("this JVM is ended at once, with status {}: {}", EXIT_STATUS, reason);
        halt.accept(EXIT_STATUS);
    }

    @Override
    public String toString() {
        return "end the JVM";
    }
}
