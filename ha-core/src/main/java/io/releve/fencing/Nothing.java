package io.releve.fencing;

import io.releve.agent.Tether;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has nothing done. */
final class Nothing implements LastResort {

    private static final Logger LOG = LoggerFactory.getLogger(Nothing.class);

    @Override
    public boolean ends(Tether tether) {
        return tether == Tether.LEASE;
    }

    @Override
    public void take(String reason) {
        LOG.error("there is no last resort: {}", reason);
    }

    @Override
    public String toString() {
        return "nothing";
    }
}
